import { expect, test } from 'vitest';
import { WorkQueue } from '../../../bench/peers/client-node/work-queue.ts';
import { createLogger } from '../../../src/telemetry/logger.ts';

const logger = createLogger({ level: 'error' });

test('the peer works on a key once at a time, and once more where it changed meanwhile', async () => {
  const held = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  const seen: string[] = [];
  const second = Promise.withResolvers<void>();
  const queue = new WorkQueue(
    2,
    (key) => {
      seen.push(key);
      if (seen.length === 2) second.resolve();
      return held[seen.length - 1]?.promise ?? Promise.resolve(undefined);
    },
    logger,
  );
  queue.add('a');
  queue.start();
  queue.add('a');
  queue.add('a');
  expect(seen).toEqual(['a']);
  held[0]?.resolve(undefined);
  await second.promise;
  expect(seen).toEqual(['a', 'a']);
  held[1]?.resolve(undefined);
  await queue.stop();
  expect(seen).toEqual(['a', 'a']);
});
