/** The operator against an API server that answers anything at all. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Payload, ProxiedRequest } from './hostile-proxy.ts';
import { HostileWorld, limitMs } from './hostile-world.ts';
import { endlessPages, silentWatches, versionPayloads, watchPayloads } from './kube-payloads.ts';
import { payloads, whole } from './payloads.ts';

const appId = 'app-880688675783790001';
let world: HostileWorld;
beforeAll(async () => {
  world = await HostileWorld.start();
});
afterAll(() => world?.[Symbol.asyncDispose]());

const isAbout = (namespace: string, rest: string) => (request: ProxiedRequest) =>
  request.path.endsWith(`/namespaces/${namespace}/edgeappversions${rest}`);

/** After each in a row the operator waits longer before it opens its watch again. */
const groupSize = 4;
const rows = Object.entries({ ...payloads, ...watchPayloads })
  // An open watch may be silent for minutes before it is given up: that test/kube tries, with a clock of its own.
  .filter(([name]) => name !== 'a body that stalls')
  .map(([name, payload]) => ({ name, payload }));
const grouped = Array.from({ length: Math.ceil(rows.length / groupSize) }, (_, number) =>
  rows.slice(number * groupSize, (number + 1) * groupSize),
);
const alone = Object.entries(versionPayloads).map(([name, payload]) => [{ name, payload }]);
const groups = [...alone, ...grouped].map((group, number) => ({
  ...{ group, namespace: `watch-${number}`, names: group.map(({ name }) => name).join('; ') },
}));

describe('a hostile API server', { timeout: limitMs }, () => {
  test.concurrent.each(groups)(
    'that answers a watch with $names is outlived',
    async ({ group, namespace }) => {
      let opened = world.kube.trap(isAbout(namespace, ''), group[0]?.payload as Payload);
      await using operator = await world.startOperator(namespace);
      for (const [number, next] of [...group.slice(1), undefined].entries()) {
        await opened;
        await world.create(namespace, `${namespace}-${number}`, appId);
        await world.ready(namespace, `${namespace}-${number}`);
        if (next === undefined) break;
        opened = world.kube.trap(isAbout(namespace, ''), next.payload);
        world.kube.cut(isAbout(namespace, ''));
      }
      await operator.stopWithinBounds();
    },
  );

  test.concurrent.each(
    Object.entries(silentWatches).map(([name, text], number) => ({
      name,
      text,
      namespace: `silent-${number}`,
    })),
  )('that opens a watch, sends $name and is silent is outlived', async ({ text, namespace }) => {
    const [silent, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const payload: Payload = async (peer) => {
      await peer.send(text);
      silent.resolve();
      await ended.promise;
    };
    world.kube.trap(isAbout(namespace, ''), payload);
    await using operator = await world.startOperator(namespace);
    await silent.promise;
    await world.create(namespace, `${namespace}-0`, appId);
    await operator.isLive();
    ended.resolve();
    await world.ready(namespace, `${namespace}-0`);
    await operator.stopWithinBounds();
  });

  test.concurrent.each(
    Object.entries(endlessPages).map(([name, payload], number) => ({
      name,
      payload,
      namespace: `pages-${number}`,
    })),
  )('that lists $name is outlived', async ({ payload, namespace }) => {
    const isList = isAbout(namespace, '');
    // A server that does not stream lists.
    world.kube.trap(isList, whole('{"kind":"Status","code":400,"reason":"BadRequest"}', 400));
    const listed = world.kube.trap(
      (request) => isList(request) && request.parameters.has('limit'),
      payload,
      20_000,
    );
    await using operator = await world.startOperator(namespace);
    await listed;
    await operator.isLive();
    await operator.stopWithinBounds();
  });

  test.concurrent('that answers writes with anything is outlived', async () => {
    const namespace = 'writes';
    await using operator = await world.startOperator(namespace);
    const served = Object.values(payloads).map(async (payload, number) => {
      const name = `first-${number}`;
      const done = world.kube.trap(
        (request) => request.method !== 'GET' && isAbout(namespace, `/${name}/status`)(request),
        payload,
      );
      await world.create(namespace, name, appId);
      await done;
      await world.create(namespace, `second-${number}`, appId);
      await world.ready(namespace, `second-${number}`);
    });
    await Promise.all(served);
    await operator.stopWithinBounds();
  });
});
