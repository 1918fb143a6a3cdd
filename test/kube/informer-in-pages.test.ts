import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeCall } from '../../src/kube/kube-call.ts';
import { KubeError } from '../../src/kube/kube-error.ts';
import { loadKubeConfig } from '../../src/kube/load-kube-config.ts';
import type { KubeTransport } from '../../src/kube/transport.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { createFastClock } from './fast-clock.ts';
import { KubeSession } from './kube-session.ts';
import { installWidgets } from './widget.ts';

let controlPlane: ControlPlane;
beforeAll(async () => {
  controlPlane = await startControlPlane({ apiServerFlags: ['--feature-gates=WatchList=false'] });
  await installWidgets(controlPlane);
});
afterAll(() => controlPlane?.stop());

it('an informer on a server without WatchList lists in pages, then watches', async () => {
  await using session = new KubeSession(loadKubeConfig({ file: controlPlane.adminKubeconfig, env: {} }), {
    connections: 16,
  });
  const names = Array.from({ length: 510 }, (_, index) => `w${index}`);
  await Promise.all(names.map((name) => session.create(name)));
  const { informer, recorder } = session.createInformer({ clock: createFastClock(20) });
  await informer.start();
  expect(informer.cache.size).toBe(510);
  expect(informer.stats).toMatchObject({ listings: 1, corruptStreams: 0 });
  expect(session.log.messages('info')).toContain('Streaming lists not supported, listing in pages');
  expect(informer.cache.get('default/w0')).toMatchObject({
    kind: 'Widget',
    apiVersion: 'test.example.com/v1',
  });
  await session.create('later');
  await session.remove('w0');
  await recorder.until(() => informer.cache.get('default/w0') === undefined);
  expect(informer.cache.get('default/later')).toBeDefined();
});

it('an object that cannot be read is left out by its name, whatever page it is in', async () => {
  await using session = new KubeSession(loadKubeConfig({ file: controlPlane.adminKubeconfig, env: {} }));
  for (const name of ['a-first', 'giant', 'z-last']) await session.create(name);
  const transport: KubeTransport = {
    send: (call) => session.transport.send(call),
    stream: (path, signal) => session.transport.stream(path, signal),
    close: async () => {},
    async request<T>(call: KubeCall): Promise<T> {
      const answer = await session.transport.request<T>(call);
      const isGiant = !call.accept && JSON.stringify(answer).includes('"name":"giant"');
      if (isGiant) throw new KubeError({ code: 'ResponseTooLarge', message: `GET ${call.path}: too large` });
      return answer;
    },
  };
  const { informer } = session.createInformer({ transport, clock: createFastClock(20) });
  await informer.start();
  expect(informer.cache.get('default/a-first')).toBeDefined();
  expect(informer.cache.get('default/z-last')).toBeDefined();
  expect(informer.cache.get('default/giant')).toBeUndefined();
  const errors = session.log.lines.filter(({ level }) => level === 'error');
  expect(errors).toMatchObject([
    { message: 'Object left out of the cache', fields: { key: 'default/giant' } },
  ]);
});

it('objects of a megabyte come in pages that can be read', async () => {
  await using session = new KubeSession(loadKubeConfig({ file: controlPlane.adminKubeconfig, env: {} }));
  const note = 'x'.repeat(1_000_000);
  const names = Array.from({ length: 12 }, (_, index) => `large-${index}`);
  for (const name of names) await session.create(name, { note });
  const { informer } = session.createInformer({ clock: createFastClock(20) });
  await informer.start();
  expect(names.filter((name) => informer.cache.get(`default/${name}`) === undefined)).toEqual([]);
  expect(informer.stats.unusableObjects).toBe(0);
});
