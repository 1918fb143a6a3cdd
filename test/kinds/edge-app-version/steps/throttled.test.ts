/** A crowd of objects before a cloud that takes so many calls of each action in a second. */
import { expect, test } from 'vitest';
import { RateLimit } from '../../../../src/emulator/rate-limit.ts';
import { esaError } from '../../../support/memory-esa.ts';
import { World } from './world.ts';

const perSecond = 10;
const objects = 100;

test('A crowd is worked off at the limit of the cloud, with few refused calls', async () => {
  const limit = new RateLimit();
  let refused = 0;
  await using world = new World();
  world.esa.interceptors.push(async (call, next) => {
    const { operation } = call;
    if (limit.take(operation, perSecond, world.clock.monotonicMs()) === 0) return next(call);
    refused += 1;
    throw esaError('Throttling.User', { operation, httpStatus: 429 });
  });
  const keys = Array.from({ length: objects }, (_, index) => `shop/shop-1-0-${index}`);
  for (const key of keys) {
    await world.apply({
      metadata: { name: key.replace('shop/', ''), uid: key },
      spec: { name: key.replace('/', '-') },
    });
  }
  const isReady = (key: string) => world.summary(key) === 'True/Created';
  let seconds = 0;
  for (; !keys.every(isReady) && seconds < 60; seconds += 1) await world.clock.advance(1000);

  expect(seconds).toBeLessThanOrEqual((1.5 * objects) / perSecond);
  expect(refused / objects).toBeLessThan(3);
  expect(world.esa.versions).toHaveLength(objects);
});
