/** What the rendered Deployment gives the operator's process: a test that runs it from here notices a typo there. */
import { type Manifest, only } from './render.ts';

export interface OperatorProcess {
  /** After the image's entrypoint, for example `['run']`. */
  readonly args: readonly string[];
  /** With the values of the settings ConfigMap. */
  readonly env: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly namespace: string;
  /** Where the Secret with the credentials is mounted. */
  readonly credentialsDir: string;
  /** The Secret's name. */
  readonly credentials: string;
  /** By it the kubelet finds out that the operator is ready. */
  readonly readinessProbe: { readonly path: string; readonly port: number };
}

/** @param manifests the rendering of deploy/base or of an overlay */
export function operatorProcess(manifests: readonly Manifest[]): OperatorProcess {
  const deployment = only(manifests, 'Deployment', 'edgeapp-operator');
  const pod = deployment.spec.template.spec;
  const [container] = pod.containers;
  const fromMaps = (container.envFrom ?? []).map(
    (source: { configMapRef: { name: string } }) =>
      only(manifests, 'ConfigMap', source.configMapRef.name).data,
  );
  const own = (container.env ?? []).map(({ name, value }: { name: string; value: string }) => [name, value]);
  const secret = pod.volumes.find((volume: { secret?: object }) => volume.secret !== undefined);
  const mount = container.volumeMounts.find(({ name }: { name: string }) => name === secret.name);
  return {
    args: container.args,
    env: { ...Object.assign({}, ...fromMaps), ...Object.fromEntries(own) },
    serviceAccount: pod.serviceAccountName,
    namespace: deployment.metadata.namespace ?? '',
    credentialsDir: mount.mountPath,
    credentials: secret.secret.secretName,
    readinessProbe: toProbe(container),
  };
}

/** A probe names a port of the container. */
function toProbe({ ports, readinessProbe }: Manifest) {
  const { path, port } = readinessProbe.httpGet;
  const { containerPort } = ports.find(({ name }: { name: string }) => name === port);
  return { path, port: containerPort };
}
