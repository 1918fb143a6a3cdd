/** A Secret in a folder, laid out and swapped as the kubelet does it. */
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlPlane } from '../control-plane/control-plane.ts';

export interface SecretKey {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Reads the Secret from the API server and puts it into `folder`, or over what is mounted there: the files lie in a
 * folder of their own, and the link `..data` to it changes for all of them at once.
 * @throws KubectlError where there is no such Secret, for which a pod would wait
 */
export async function mountSecret(
  controlPlane: Pick<ControlPlane, 'kubectl'>,
  { namespace, name }: SecretKey,
  folder: string,
): Promise<void> {
  const { stdout } = await controlPlane.kubectl(['get', 'secret', name, '-n', namespace, '-o', 'json']);
  const { data = {}, metadata } = JSON.parse(stdout);
  const snapshot = `..${metadata.resourceVersion}`;
  await mkdir(join(folder, snapshot), { recursive: true });
  for (const [file, value] of Object.entries<string>(data)) {
    await writeFile(join(folder, snapshot, file), Buffer.from(value, 'base64'), { mode: 0o440 });
    await replaceLink(join('..data', file), join(folder, file));
  }
  await replaceLink(snapshot, join(folder, '..data'));
}

async function replaceLink(target: string, path: string): Promise<void> {
  const fresh = `${path}.new`;
  await rm(fresh, { force: true });
  await symlink(target, fresh);
  await rename(fresh, path);
}
