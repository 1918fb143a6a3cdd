import { afterAll, beforeAll, expect, test } from 'vitest';
import { manifest } from '../support/manifests.ts';
import { countChanges } from './api-server-requests.ts';
import { type Installation, install } from './installation.ts';

const size = 1000;
let shop: Installation;

beforeAll(async () => {
  shop = await install();
});
afterAll(() => shop?.[Symbol.asyncDispose]());

test('a thousand objects in one apply become Ready by a thousand creates and three writes each at most', async () => {
  const names = Array.from({ length: size }, (_, index) => `burst-${index + 1000}`);
  await shop.apply(...names.map((name) => manifest({ metadata: { name } })));
  await shop.waitForReady(size);
  const creates = shop.creates();
  expect(creates.map(({ parameters }) => parameters.Name).sort()).toEqual(names);
  const ids = await shop.kubectl([
    'get',
    'eav',
    '-o',
    'jsonpath={range .items[*]}{.status.versionId}{"\\n"}{end}',
  ]);
  const inCloud = shop.emulator.versions().map(({ versionId }) => versionId);
  expect(ids.stdout.trim().split('\n').sort()).toEqual(inCloud.sort());
  expect(await countChanges(shop.controlPlane)).toBeLessThanOrEqual(3 * size);
});
