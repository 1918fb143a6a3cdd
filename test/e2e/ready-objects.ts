/** Follows many objects at once by one watch: `kubectl wait` would ask for each of them, a few a second. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { findBinary } from '../control-plane/binaries.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';

const line = '{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}{"\\n"}';

/**
 * Resolves once `count` EdgeAppVersions of the namespace have been seen Ready.
 * @throws when `signal` aborts before, or kubectl fails
 */
export async function untilReady(
  { adminKubeconfig, folder }: Pick<ControlPlane, 'adminKubeconfig' | 'folder'>,
  { namespace, count, signal }: { namespace: string; count: number; signal: AbortSignal },
): Promise<void> {
  const command = await findBinary('kubectl');
  // In chunks, kubectl would print one line for each chunk of what is there already.
  const how = ['--watch', '--chunk-size=0', '-o', `jsonpath=${line}`];
  const args = ['get', 'edgeappversions', `--namespace=${namespace}`, ...how];
  const ready = new Set<string>();
  // The server ends a watch from time to time.
  while (ready.size < count) {
    const kubectl = spawn(command, args, {
      env: { HOME: folder, KUBECONFIG: adminKubeconfig },
      stdio: ['ignore', 'pipe', 'inherit'],
      signal,
    });
    kubectl.on('error', () => undefined);
    const closed = new Promise<number | null>((resolve) => kubectl.once('close', resolve));
    for await (const text of createInterface(kubectl.stdout)) {
      const [name = '', status] = text.split(' ');
      if (status === 'True') ready.add(name);
      if (ready.size === count) kubectl.kill();
    }
    const exitCode = await closed;
    signal.throwIfAborted();
    if (exitCode && ready.size < count)
      throw new Error(`kubectl get --watch ended with exit code ${exitCode}`);
  }
}
