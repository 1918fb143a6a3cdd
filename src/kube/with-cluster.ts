/** A kubeconfig with another cluster in the place of the one of that name; the given one stays as it is. */
import { type Cluster, KubeConfig } from '@kubernetes/client-node';

export function withCluster(kubeConfig: KubeConfig, cluster: Cluster): KubeConfig {
  const { users, contexts, currentContext } = kubeConfig;
  const clusters = kubeConfig.clusters.map((each) => (each.name === cluster.name ? cluster : each));
  const copy = new KubeConfig();
  copy.loadFromOptions({ clusters, users, contexts, currentContext });
  return copy;
}
