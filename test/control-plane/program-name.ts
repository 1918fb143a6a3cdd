/** The programs of the control plane, in the order in which a run needs them. */
export const programNames = ['etcd', 'kube-apiserver', 'kubectl', 'kube-controller-manager'] as const;

export type ProgramName = (typeof programNames)[number];
