/** The operator against a cloud that answers anything at all. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { changePayloads, cloudPayloads, endlessLists } from './cloud-payloads.ts';
import type { ProxiedRequest } from './hostile-proxy.ts';
import { type HostedOperator, HostileWorld, limitMs } from './hostile-world.ts';
import { payloads } from './payloads.ts';

const namespace = 'cloud';
let world: HostileWorld;
let operator: HostedOperator;
beforeAll(async () => {
  world = await HostileWorld.start();
  operator = await world.startOperator(namespace);
});
afterAll(async () => {
  await operator?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const reads = ['ListEdgeContainerAppVersions', 'GetEdgeContainerAppVersion'] as const;
let lastNumber = 0;
const numbered = <T extends object>(rows: readonly T[]) =>
  rows.map((row) => {
    lastNumber += 1;
    return { ...row, number: lastNumber, appId: `app-${880_688_675_783 + lastNumber}000000` };
  });
const rows = Object.entries({ ...payloads, ...cloudPayloads }).flatMap(([name, payload]) =>
  reads.map((action) => ({ name, payload, action })),
);
const changeRows = Object.entries(changePayloads).map(([name, payload]) => ({ name, payload }));
const endlessRows = Object.entries(endlessLists).map(([name, payload]) => ({ name, payload }));

const isCall = (action: string, appId: string) => (request: ProxiedRequest) =>
  request.headers['x-acs-action'] === action && request.parameters.get('AppId') === appId;

describe('a hostile cloud', { timeout: limitMs }, () => {
  test.concurrent.each(numbered(rows))(
    'that answers $action with $name is outlived',
    async ({ action, payload, number, appId }) => {
      const served = world.cloud.trap(isCall(action, appId), payload);
      await world.create(namespace, `first-${number}`, appId);
      await served;
      await world.create(namespace, `second-${number}`, appId);
      await world.ready(namespace, `second-${number}`);
    },
  );

  // One after the other and by an operator of its own: after some creates in a row without a clear end it makes them rarer.
  test.concurrent('that answers creates with anything is outlived', async () => {
    const creates = 'creates';
    await using creator = await world.startOperator(creates);
    for (const { payload, number, appId } of numbered(changeRows)) {
      const served = world.cloud.trap(isCall('CreateEdgeContainerAppVersion', appId), payload);
      await world.create(creates, `first-${number}`, appId);
      await served;
      await world.create(creates, `second-${number}`, appId);
      await world.ready(creates, `second-${number}`);
    }
    await creator.stopWithinBounds();
  });

  test.concurrent.each(numbered(changeRows))(
    'that answers a delete with $name is outlived',
    async ({ payload, number, appId }) => {
      const served = world.cloud.trap(isCall('DeleteEdgeContainerAppVersion', appId), payload);
      await world.create(namespace, `first-${number}`, appId, { deletionPolicy: 'Delete' });
      await world.ready(namespace, `first-${number}`);
      await world.remove(namespace, `first-${number}`);
      await served;
      await world.create(namespace, `second-${number}`, appId);
      await world.ready(namespace, `second-${number}`);
    },
  );

  test.concurrent.each(numbered(endlessRows))(
    'that lists $name is outlived',
    async ({ payload, number, appId }) => {
      const served = world.cloud.trap(isCall(reads[0], appId), payload, Number.POSITIVE_INFINITY);
      await world.create(namespace, `first-${number}`, appId);
      await served;
      const another = `${appId}0`;
      await world.create(namespace, `second-${number}`, another);
      await world.ready(namespace, `second-${number}`);
    },
  );

  test('costs little memory and never holds the event loop for a second', () => operator.stopWithinBounds());
});
