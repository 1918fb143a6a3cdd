/** The whole product with a proxy in front of each server, and replicas of the operator that can be stopped anywhere. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  defaultAccessKey,
  type Emulator,
  type EmulatorOptions,
  startEmulator,
} from '../../src/emulator/emulator.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { render } from '../deploy/render.ts';
import { esaEndpoint, installCommands, overlay } from '../e2e/installation.ts';
import { OperatorPod } from '../e2e/operator-pod.ts';
import { adminTransport } from './admin-transport.ts';
import { Console, consoleKey } from './console.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { bundleOperator } from './operator-bundle.ts';
import { OrderBook } from './orders.ts';
import { Replicas } from './replicas.ts';
import type { Sabotage } from './sabotages.ts';
import { TcpProxy } from './tcp-proxy.ts';
import { UserClient } from './user-client.ts';
import { apps, namespaces } from './users.ts';

/** As the overlay sets it. */
export const ownerId = 'example-cluster';

export interface World extends AsyncDisposable {
  readonly controlPlane: ControlPlane;
  readonly emulator: Emulator;
  readonly proxies: { readonly 'the API server': TcpProxy; readonly 'the cloud': TcpProxy };
  readonly orders: OrderBook;
  readonly lease: LeaseKeeper;
  readonly client: UserClient;
  readonly console: Console;
  /** Replicas of the operator on their way up; with a sabotage they do wrong on purpose. */
  startReplicas(count: number, sabotage?: Sabotage): Promise<Replicas>;
}

/** Everything but the operators. */
export async function startWorld(options: EmulatorOptions = {}): Promise<World> {
  await using parts = new AsyncDisposableStack();
  const controlPlane = parts.use(await startControlPlane({ durable: true }));
  const accessKeys = {
    [defaultAccessKey.id]: { secret: defaultAccessKey.secret },
    [consoleKey.id]: { secret: consoleKey.secret },
  };
  const emulator = parts.use(await startEmulator({ apps, accessKeys, ...options }));
  for (const command of installCommands) await controlPlane.kubectl(command);
  for (const name of namespaces.slice(1)) await controlPlane.kubectl(['create', 'namespace', name]);
  const proxies = {
    'the API server': parts.use(await TcpProxy.start(controlPlane.serverUrl)),
    'the cloud': parts.use(await TcpProxy.start(emulator.url)),
  };
  const folder = join(controlPlane.folder, 'orders');
  await mkdir(folder);
  const entrypoint = await bundleOperator(join(controlPlane.folder, 'operator'));
  const transport = adminTransport(controlPlane.adminKubeconfig);
  parts.defer(() => transport.close());
  const running = parts.move();
  return {
    controlPlane,
    emulator,
    proxies,
    orders: new OrderBook(folder),
    lease: new LeaseKeeper(transport),
    client: new UserClient(transport),
    console: new Console(emulator),
    async startReplicas(count, sabotage) {
      const podParts = { controlPlane, proxies, folder, entrypoint, sabotage };
      return new Replicas(await Promise.all(Array.from({ length: count }, () => createPod(podParts))));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

interface PodParts extends Pick<World, 'controlPlane' | 'proxies'> {
  readonly folder: string;
  readonly entrypoint: string;
  readonly sabotage: Sabotage | undefined;
}

async function createPod({
  controlPlane,
  proxies,
  folder,
  entrypoint,
  sabotage,
}: PodParts): Promise<OperatorPod> {
  const { manifests } = await render(overlay);
  return OperatorPod.create({
    controlPlane: {
      kubectl: (...given) => controlPlane.kubectl(...given),
      serviceAccountKubeconfig: (namespace, name) => throughProxy(controlPlane, proxies, namespace, name),
    },
    manifests,
    hosts: { [esaEndpoint]: `http://127.0.0.1:${proxies['the cloud'].port}` },
    entrypoint,
    // The least of both, so that a cloud that is too late is so within seconds, and deletions wait for a minute.
    env: {
      EDGEAPP_CALL_TIMEOUT_SECONDS: '5',
      EDGEAPP_PROPAGATION_MINUTES: '1',
      CHAOS_ORDERS: folder,
      ...(sabotage && { CHAOS_SABOTAGE: sabotage }),
    },
  });
}

/** The kubeconfig of the ServiceAccount with the proxy in the place of the server. */
async function throughProxy(
  controlPlane: ControlPlane,
  proxies: World['proxies'],
  namespace: string,
  name: string,
): Promise<string> {
  const direct = await controlPlane.serviceAccountKubeconfig(namespace, name);
  const { port } = proxies['the API server'];
  const text = (await readFile(direct, 'utf8')).replace(controlPlane.serverUrl, `https://127.0.0.1:${port}`);
  const path = `${direct}.through-proxy`;
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
