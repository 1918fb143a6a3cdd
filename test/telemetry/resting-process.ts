/**
 * A process that takes memory, is busy for a while, and rests; each release, and the end of being busy, is a line of JSON.
 * It ends some looks after the release; where Node does not let it release anything, after as many looks at rest.
 */
import { setImmediate, setInterval } from 'node:timers/promises';
import { releaseMemoryAtRest } from '../../src/telemetry/memory-release.ts';

const intervalMs = 50;
const looksAtRest = 10;
/** Some 50 MB. */
const mostTaken = 1_000_000;
const print = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
const ignore = (): void => {};
let isAwaited = globalThis.gc !== undefined;
const release = (line: object): void => {
  isAwaited = false;
  print(line);
};
const logger = { debug: release, info: ignore, warn: ignore, error: ignore, child: () => logger };
releaseMemoryAtRest({ logger, intervalMs });

let taken: object[] = [];
const endMs = performance.now() + 5 * intervalMs;
// A machine that has little time for it takes as much.
for (; taken.length < mostTaken || performance.now() < endMs; await setImmediate()) {
  if (taken.length >= mostTaken) taken = [];
  for (let count = 0; count < 20_000; count += 1) taken.push({ count });
}
taken = [];
print({ kind: 'rests' });
let looks = 0;
for await (const _ of setInterval(intervalMs)) {
  if (!isAwaited) looks += 1;
  if (looks === looksAtRest) break;
}
print({ kind: 'ends' });
