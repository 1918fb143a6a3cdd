/** Objects of several namespaces, each namespace with a key of its own. */
import { expect, test } from 'vitest';
import { esaError, keyedEsaClient } from '../../../support/memory-esa.ts';
import { World } from './world.ts';

const objects = 20;

test('A key that the cloud refuses costs a call or two, and wakes only what waits for it', async () => {
  let isBad = true;
  let calls = 0;
  await using world = new World({
    concurrency: 2,
    esaClient: ({ esa }) =>
      keyedEsaClient(
        (namespace) => namespace,
        (key) => (call) => {
          if (key !== 'bank') return esa.send(call);
          calls += 1;
          if (!isBad) return esa.send(call);
          throw esaError('InvalidAccessKeyId.NotFound', { operation: call.operation, httpStatus: 404 });
        },
      ),
  });
  for (let index = 0; index < objects; index += 1)
    for (const namespace of ['bank', 'shop', 'news'])
      await world.apply({
        metadata: { namespace, name: `app-${index}`, uid: `${namespace}-${index}` },
        spec: { name: `${namespace}-${index}` },
      });
  const summaries = (namespace: string) =>
    new Set(Array.from({ length: objects }, (_, index) => world.summary(`${namespace}/app-${index}`)));
  expect(summaries('bank')).toEqual(new Set(['False/CredentialsInvalid Stalled']));
  expect(summaries('shop')).toEqual(new Set(['True/Created']));
  expect(summaries('news')).toEqual(new Set(['True/Created']));
  expect(calls).toBe(1);

  await world.clock.advance(35_000);
  expect(calls).toBe(2);
  isBad = false;
  await world.clock.advance(65_000);
  expect(summaries('bank')).toEqual(new Set(['True/Created']));
});
