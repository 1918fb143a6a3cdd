import { expect, test } from 'vitest';
import { World } from './world.ts';

test('a standby does nothing, and begins with all that its cache holds', async () => {
  await using world = new World({ isStandby: true });
  await world.apply();
  await world.clock.advance(60_000);
  expect(world.writes).toBe(0);
  world.start();
  await world.clock.advance(1000);
  expect(world.summary()).toBe('True/Created');
});
