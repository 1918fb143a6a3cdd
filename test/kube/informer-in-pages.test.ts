import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadKubeConfig } from '../../src/kube/load-kube-config.ts';
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
