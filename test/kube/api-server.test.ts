import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cluster, KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadKubeConfig } from '../../src/kube/load-kube-config.ts';
import { withCluster } from '../../src/kube/with-cluster.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { ConnectProxy } from '../support/connect-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { createFastClock } from './fast-clock.ts';
import { FlakyProxy } from './flaky-proxy.ts';
import { KubeSession } from './kube-session.ts';
import { installWidgets } from './widget.ts';

let controlPlane: ControlPlane;
beforeAll(async () => {
  controlPlane = await startControlPlane();
});
afterAll(() => controlPlane?.stop());

const adminConfig = (): KubeConfig => loadKubeConfig({ file: controlPlane.adminKubeconfig, env: {} });

describe('an informer', () => {
  it('waits for its CRD and for the storage of a new CRD, then follows it', async () => {
    await using session = new KubeSession(adminConfig());
    const { informer, recorder } = session.createInformer({ clock: createFastClock(20) });
    const synced = informer.start();
    await eventually(() =>
      expect(session.log.messages('info')).toContain('Resource not served, waiting for its CRD'),
    );
    await installWidgets(controlPlane);
    await synced;
    await session.create('first');
    await recorder.until(() => informer.cache.get('default/first') !== undefined);
  });

  it('misses nothing while its CRD is changed under the open watch', async () => {
    await using session = new KubeSession(adminConfig());
    const { informer, recorder } = session.createInformer();
    await session.create('steady');
    await informer.start();
    const watchesBefore = informer.stats.watches;
    for (let round = 1; round <= 3; round++) {
      await installWidgets(controlPlane, 1000 + round);
      await session.update('steady', { size: round });
      await recorder.until(() => informer.cache.get('default/steady')?.spec.size === round);
      await eventually(() => expect(informer.stats.watches).toBeGreaterThan(watchesBefore + round - 1));
    }
    expect(informer.stats.corruptStreams).toBe(0);
  });

  it('comes back after a restart of the API server', async () => {
    await using session = new KubeSession(adminConfig());
    const { informer, recorder } = session.createInformer({ clock: createFastClock(20) });
    await informer.start();
    const before = informer.cache.size;
    await controlPlane.restartApiServer();
    await vi.waitFor(() => session.create('after-restart'), { timeout: 20_000, interval: 200 });
    await recorder.until(() => informer.cache.get('default/after-restart') !== undefined);
    expect(informer.cache.size).toBe(before + 1);
  });

  it('watches and writes through a proxy, and comes back when its tunnels are cut', async () => {
    const { host } = new URL(controlPlane.serverUrl);
    await using proxy = await ConnectProxy.start({ targets: { 'api.example.com:6443': host } });
    const admin = adminConfig();
    const behind = withCluster(admin, {
      ...(admin.getCurrentCluster() as Cluster),
      server: 'https://api.example.com:6443',
      tlsServerName: 'localhost',
      proxyUrl: proxy.url(),
    });
    await using session = new KubeSession(behind);
    const { informer, recorder } = session.createInformer({ clock: createFastClock(20) });
    await informer.start();
    await session.create('through-the-proxy');
    await recorder.until(() => informer.cache.get('default/through-the-proxy') !== undefined);
    proxy.cutAll();
    await eventually(() => session.update('through-the-proxy', { size: 7 }));
    await recorder.until(() => informer.cache.get('default/through-the-proxy')?.spec.size === 7);
    expect(new Set(proxy.asked)).toEqual(new Set(['api.example.com:6443']));
  });

  it('lists anew, and tells what was deleted, when etcd has forgotten its version', async () => {
    await using proxy = await FlakyProxy.start(adminConfig());
    await using behind = new KubeSession(proxy.kubeConfig());
    await using direct = new KubeSession(adminConfig());
    await direct.create('doomed');
    const { informer, recorder } = behind.createInformer({ clock: createFastClock(20), inactivityMs: 1e9 });
    await informer.start();
    proxy.strike('stall');
    await direct.remove('doomed');
    await direct.create('newcomer');
    await controlPlane.compactEtcd();
    await controlPlane.restartApiServer();
    await recorder.until(() => informer.cache.get('default/newcomer') !== undefined);
    expect(behind.log.messages('info')).toContain('Watch expired, listing again');
    expect(informer.cache.get('default/doomed')).toBeUndefined();
    expect(recorder.changes.at(-2)).toMatchObject({ key: 'default/doomed', initial: false, own: false });
  });
});

describe('a transport', () => {
  it('makes many calls over few TLS connections', async () => {
    let connections = 0;
    const count = () => {
      connections += 1;
    };
    subscribe('undici:client:connected', count);
    await using session = new KubeSession(adminConfig(), { connections: 4 });
    const get = { method: 'GET', path: '/api/v1/namespaces/default' } as const;
    await Promise.all(Array.from({ length: 300 }, () => session.transport.request(get)));
    unsubscribe('undici:client:connected', count);
    expect(connections).toBeLessThanOrEqual(4);
  });

  it('reads a bound token again when the API server no longer accepts the old one', async () => {
    const { file, tokenFile } = await useTokenFile(
      await controlPlane.serviceAccountKubeconfig('shop', 'robot'),
    );
    await using session = new KubeSession(loadKubeConfig({ file, env: {} }));
    const whoAmI = async () => {
      const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
      const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
      const review = await session.transport.request<{ status: { userInfo: { uid: string } } }>({
        method: 'POST',
        path,
        body,
      });
      return review.status.userInfo.uid;
    };
    const first = await whoAmI();
    const oldToken = await readFile(tokenFile, 'utf8');
    await using admin = new KubeSession(adminConfig());
    const robot = '/api/v1/namespaces/shop/serviceaccounts/robot';
    await admin.transport.request({ method: 'DELETE', path: robot });
    const renewed = await useTokenFile(await controlPlane.serviceAccountKubeconfig('shop', 'robot'));
    const newToken = await readFile(renewed.tokenFile, 'utf8');
    expect(newToken).not.toBe(oldToken);
    // The API server remembers a token that it accepted for some seconds.
    await vi.waitFor(() => expect(whoAmIWith(oldToken)).resolves.toBe(401), {
      timeout: 30_000,
      interval: 500,
    });
    await writeFile(tokenFile, `${newToken}\n`);
    expect(await whoAmI()).not.toBe(first);
  });
});

/** Moves the token of a kubeconfig into a file of its own. */
async function useTokenFile(kubeconfig: string): Promise<{ file: string; tokenFile: string }> {
  const config = parse(await readFile(kubeconfig, 'utf8')) as { users: { user: { token: string } }[] };
  const token = config.users[0]?.user.token ?? '';
  const name = crypto.randomUUID();
  const tokenFile = join(controlPlane.folder, `${name}.token`);
  const file = join(controlPlane.folder, `${name}.kubeconfig`);
  await writeFile(tokenFile, token);
  const users = config.users.map((user) => ({ ...user, user: { tokenFile: `${name}.token` } }));
  await writeFile(file, stringify({ ...config, users }));
  return { file, tokenFile };
}

/** The status of a call with this token and nothing else. */
async function whoAmIWith(token: string): Promise<number> {
  const kubeConfig = new KubeConfig();
  const cluster = {
    name: 'real',
    server: controlPlane.serverUrl,
    caFile: controlPlane.caFile,
    skipTLSVerify: false,
  };
  kubeConfig.loadFromClusterAndUser(cluster, { name: 'robot', token });
  await using session = new KubeSession(kubeConfig);
  const { status } = await session.transport.send({ method: 'GET', path: '/version' });
  return status;
}
