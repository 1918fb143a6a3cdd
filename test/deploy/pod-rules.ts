/** What scanners (kube-linter, polaris, kubescape, trivy) and Pod Security ask of a pod, as far as it concerns ours. */

// biome-ignore lint/suspicious/noExplicitAny: a pod template as rendered; the API server's schema judges its shape
export type PodTemplate = any;

export interface PodRule {
  readonly title: string;
  readonly holds: (pod: PodTemplate) => boolean;
  /** Breaks the rule, to show that it would be noticed. */
  readonly breakIt: (pod: PodTemplate) => void;
}

const harmlessVolumes = ['configMap', 'emptyDir', 'projected', 'secret', 'downwardAPI'];
const containers = (pod: PodTemplate) => [...(pod.initContainers ?? []), ...pod.containers];
const every = (pod: PodTemplate, holds: (container: PodTemplate) => boolean) => containers(pod).every(holds);

export const podRules: readonly PodRule[] = [
  {
    title: 'names its image by a version',
    holds: (pod) => every(pod, ({ image }) => /:[\w.-]*\d[\w.-]*$/.test(image) && !image.endsWith(':latest')),
    breakIt: (pod) => {
      pod.containers[0].image = 'edgeapp-operator';
    },
  },
  {
    title: 'requests and limits CPU and memory',
    holds: (pod) =>
      every(pod, ({ resources: { requests, limits } }) =>
        [requests?.cpu, requests?.memory, limits?.cpu, limits?.memory].every(
          (amount) => amount !== undefined,
        ),
      ),
    breakIt: (pod) => {
      delete pod.containers[0].resources.limits.memory;
    },
  },
  {
    title: 'runs as a user and group above 10000',
    holds: ({ securityContext: { runAsNonRoot, runAsUser, runAsGroup } }) =>
      runAsNonRoot === true && runAsUser > 10_000 && runAsGroup > 10_000,
    breakIt: (pod) => {
      pod.securityContext.runAsUser = 1000;
    },
  },
  {
    title: 'cannot write to its root file system',
    holds: (pod) => every(pod, ({ securityContext }) => securityContext.readOnlyRootFilesystem === true),
    breakIt: (pod) => {
      pod.containers[0].securityContext.readOnlyRootFilesystem = false;
    },
  },
  {
    title: 'cannot gain privileges',
    holds: (pod) =>
      every(
        pod,
        ({ securityContext: { allowPrivilegeEscalation, privileged, capabilities } }) =>
          allowPrivilegeEscalation === false &&
          privileged !== true &&
          capabilities.drop.includes('ALL') &&
          capabilities.add === undefined,
      ),
    breakIt: (pod) => {
      pod.containers[0].securityContext.capabilities.add = ['NET_ADMIN'];
    },
  },
  {
    title: 'has the default seccomp profile',
    holds: ({ securityContext }) => securityContext.seccompProfile.type === 'RuntimeDefault',
    breakIt: (pod) => {
      pod.securityContext.seccompProfile.type = 'Unconfined';
    },
  },
  {
    title: 'shares nothing with the host',
    holds: (pod) =>
      !pod.hostNetwork &&
      !pod.hostPID &&
      !pod.hostIPC &&
      every(pod, ({ ports = [] }) => ports.every(({ hostPort }: PodTemplate) => hostPort === undefined)) &&
      pod.volumes.every((volume: object) => Object.keys(volume).some((key) => harmlessVolumes.includes(key))),
    breakIt: (pod) => {
      pod.volumes.push({ name: 'host', hostPath: { path: '/' } });
    },
  },
  {
    title: 'probes only ports that it declares',
    holds: (pod) =>
      every(pod, ({ ports = [], livenessProbe, readinessProbe, startupProbe }) =>
        [livenessProbe, readinessProbe, startupProbe]
          .filter((probe) => probe !== undefined)
          .every((probe) => ports.some(({ name }: PodTemplate) => name === probe.httpGet?.port)),
      ),
    breakIt: (pod) => {
      pod.containers[0].readinessProbe = { httpGet: { path: '/readyz', port: 'web' } };
    },
  },
  {
    title: 'has no secret in its environment',
    holds: (pod) =>
      every(pod, ({ env = [], envFrom = [] }) =>
        [...env, ...envFrom].every(
          ({ name = '', value, valueFrom, secretRef }: PodTemplate) =>
            secretRef === undefined &&
            valueFrom?.secretKeyRef === undefined &&
            (!/key|token|secret|password/i.test(name) || value === undefined),
        ),
      ),
    breakIt: (pod) => {
      pod.containers[0].env = [{ name: 'ALIBABA_CLOUD_ACCESS_KEY_SECRET', value: 'x' }];
    },
  },
  {
    title: 'has a ServiceAccount of its own',
    holds: ({ serviceAccountName = 'default' }) => serviceAccountName !== 'default',
    breakIt: (pod) => {
      delete pod.serviceAccountName;
    },
  },
  {
    title: 'is not told about Services in its environment',
    holds: ({ enableServiceLinks }) => enableServiceLinks === false,
    breakIt: (pod) => {
      delete pod.enableServiceLinks;
    },
  },
];
