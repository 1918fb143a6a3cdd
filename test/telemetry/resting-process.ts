/** A process that takes memory, is busy for a while, and rests; each release, and the end of being busy, is a line of JSON. */
import { setImmediate, setInterval } from 'node:timers/promises';
import { releaseMemoryAtRest } from '../../src/telemetry/memory-release.ts';

const intervalMs = 20;
const print = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
const ignore = (): void => {};
const logger = { debug: print, info: ignore, warn: ignore, error: ignore, child: () => logger };
releaseMemoryAtRest({ logger, intervalMs });

let taken: object[] = [];
for (const endMs = performance.now() + 10 * intervalMs; performance.now() < endMs; await setImmediate()) {
  for (let count = 0; count < 20_000; count += 1) taken.push({ count });
  if (taken.length > 500_000) taken = [];
}
taken = [];
print({ kind: 'rests' });
let looks = 0;
for await (const _ of setInterval(intervalMs)) if (++looks === 25) break;
print({ kind: 'ends' });
