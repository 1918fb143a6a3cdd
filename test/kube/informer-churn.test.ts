import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Informer } from '../../src/kube/informer.ts';
import { loadKubeConfig } from '../../src/kube/load-kube-config.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { eventually } from '../support/eventually.ts';
import type { ChangeRecorder } from './change-recorder.ts';
import { createFastClock } from './fast-clock.ts';
import { type Fault, FlakyProxy } from './flaky-proxy.ts';
import { KubeSession } from './kube-session.ts';
import { installWidgets, type Widget, widgetsPath } from './widget.ts';

let controlPlane: ControlPlane;
let direct: KubeSession;
beforeAll(async () => {
  controlPlane = await startControlPlane();
  await installWidgets(controlPlane);
  direct = new KubeSession(loadKubeConfig({ file: controlPlane.adminKubeconfig, env: {} }));
});
afterAll(async () => {
  await direct?.[Symbol.asyncDispose]();
  await controlPlane?.stop();
});

const faults: Fault[] = ['cut', 'end', 'stall', 'corrupt'];

/** An informer behind a proxy; its delays are a fiftieth, a silent watch is dropped after 0.6 s. */
async function open() {
  const proxy = await FlakyProxy.start(loadKubeConfig({ file: controlPlane.adminKubeconfig, env: {} }));
  const session = new KubeSession(proxy.kubeConfig());
  const { informer, recorder } = session.createInformer({
    clock: createFastClock(50),
    inactivityMs: 30_000,
  });
  const dispose = async () => {
    await session[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
  };
  return { proxy, informer, recorder, [Symbol.asyncDispose]: dispose };
}

describe('under churn, with a proxy that spoils every watch', () => {
  it('no event is lost: the cache ends up as the API server has it', async ({ signal }) => {
    await using flaky = await open();
    const { proxy, informer, recorder } = flaky;
    let watches = 0;
    proxy.plan = () => {
      const fault = faults[watches++ % faults.length] as Fault;
      return { fault, afterBytes: Math.floor(Math.random() * 6000) };
    };
    const synced = informer.start();
    await churnUntil(() => signal.aborted || Object.values(proxy.struck).every((count) => count >= 4));
    proxy.plan = () => undefined;
    proxy.strike('cut');
    await synced;
    await expectSameAsServer(informer);
    expectUnbrokenHistory(recorder, informer);
  });

  it.each(faults)('an event behind a %s arrives', async (fault) => {
    await using flaky = await open();
    const { proxy, informer, recorder } = flaky;
    await informer.start();
    proxy.strike(fault);
    const name = `behind-${fault}`;
    await direct.create(name);
    await recorder.until(() => informer.cache.get(`default/${name}`) !== undefined);
    expect(proxy.struck[fault]).toBe(1);
    expect(informer.stats.corruptStreams).toBe(fault === 'corrupt' ? 1 : 0);
  });
});

/** Four writers that create, update and delete a few objects at random until `done`. */
async function churnUntil(done: () => boolean): Promise<void> {
  const pick = (count: number) => Math.floor(Math.random() * count);
  const write = async (): Promise<void> => {
    const name = `churn-${pick(12)}`;
    const ignore = () => {};
    const kind = pick(4);
    if (kind === 0) await direct.create(name, { note: 'größe' }).catch(ignore);
    else if (kind === 1) await direct.remove(name).catch(ignore);
    else await direct.update(name, { size: pick(1000), color: `c${pick(3)}` }).catch(ignore);
  };
  const writer = async (): Promise<void> => {
    while (!done()) await write();
  };
  await Promise.all([writer(), writer(), writer(), writer()]);
}

async function expectSameAsServer(informer: Informer<Widget>): Promise<void> {
  const list = { method: 'GET', path: widgetsPath } as const;
  const { items } = await direct.transport.request<{ items: Widget[] }>(list);
  const toVersions = (widgets: Iterable<Widget>) =>
    Array.from(
      widgets,
      ({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`,
    ).sort();
  await eventually(() => expect(toVersions(informer.cache.values())).toEqual(toVersions(items)));
  for (const color of ['c0', 'c1', 'c2']) {
    const indexed = informer.cache.withIndex('color', color).map(({ metadata }) => metadata.name);
    const listed = items.filter(({ spec }) => spec.color === color).map(({ metadata }) => metadata.name);
    expect(indexed.sort()).toEqual(listed.sort());
  }
}

/** Each change begins where the last one of its key ended, and all together lead to the cache. */
function expectUnbrokenHistory(recorder: ChangeRecorder<Widget>, informer: Informer<Widget>): void {
  const state = new Map<string, Widget>();
  for (const { key, old, new: now } of recorder.changes) {
    expect(old).toBe(state.get(key));
    if (now) state.set(key, now);
    else state.delete(key);
  }
  expect([...state.values()].sort(byName)).toEqual([...informer.cache.values()].sort(byName));
}

function byName(a: Widget, b: Widget): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
