/** client-node's informer over all EdgeAppVersions. */
import {
  type CustomObjectsApi,
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
} from '@kubernetes/client-node';
import { group } from '../../../src/api/group.ts';
import {
  type EdgeAppVersion,
  plural,
  version,
} from '../../../src/kinds/edge-app-version/edge-app-version.ts';

export interface VersionWatch {
  get(key: string): EdgeAppVersion | undefined;
  /** Resolves once all objects are in memory. */
  start(): Promise<void>;
}

export interface WatchListeners {
  /** With `namespace/name`. */
  readonly onChange: (key: string) => void;
  readonly onError: (error: unknown) => void;
}

/** The informer gives up at an error; whoever uses it starts it again after this time. */
const restartAfterMs = 1_000;

export function watchVersions(
  kubeConfig: KubeConfig,
  custom: CustomObjectsApi,
  { onChange, onError }: WatchListeners,
): VersionWatch {
  // Its start resolves also where the list failed.
  const listed = Promise.withResolvers<void>();
  const list = async () => {
    const found = await custom.listClusterCustomObject({ group, version, plural });
    setImmediate(listed.resolve);
    return found as KubernetesListObject<KubernetesObject>;
  };
  const path = `/apis/${group}/${version}/${plural}`;
  const informer = makeInformer<KubernetesObject>(kubeConfig, path, list);
  for (const event of ['add', 'update'] as const) {
    informer.on(event, ({ metadata }) => onChange(`${metadata?.namespace}/${metadata?.name}`));
  }
  informer.on('error', (error) => {
    onError(error);
    setTimeout(() => void informer.start().catch(onError), restartAfterMs);
  });
  return {
    get(key) {
      const [namespace, name = ''] = key.split('/', 2);
      return informer.get(name, namespace) as EdgeAppVersion | undefined;
    },
    async start() {
      void informer.start();
      await listed.promise;
    },
  };
}
