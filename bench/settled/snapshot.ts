/** etcd's data with many objects at rest, made once and kept in the user's cache folder. */
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../test/control-plane/binaries.ts';
import { type ControlPlane, startControlPlane } from '../../test/control-plane/control-plane.ts';
import { withFileLock } from '../../test/control-plane/file-lock.ts';
import { builtVersions } from '../../test/control-plane/go-build.ts';
import { connectApi } from '../api-connection.ts';
import { install } from '../install.ts';
import { EtcdWriter } from './etcd-writer.ts';
import { createTemplate, etcdKey, nameAt, settledEntries } from './settled-objects.ts';

const root = join(import.meta.dirname, '../..');
/** What decides about the content: another text of one of them makes another snapshot. */
const sources = [
  'crds/edgeappversions.yaml',
  'bench/install.ts',
  'bench/load/load-plan.ts',
  'bench/settled/settled-objects.ts',
  'src/kinds/edge-app-version/request/fingerprint.ts',
  'src/kinds/edge-app-version/status/status.ts',
  'src/kinds/edge-app-version/request/to-create-request.ts',
  'test/support/manifests.ts',
];

/** The folder with etcd's data, made now if it is not there yet. @param tell what happens, for people */
export async function settledSnapshot(count: number, tell: (line: string) => void): Promise<string> {
  const cache = cacheFolder(process.env);
  const folder = join(cache, `settled-${count}-${await digest()}`);
  await mkdir(cache, { recursive: true });
  return withFileLock(`${folder}.lock`, { onProgress: tell }, async () => {
    if (await exists(folder)) return folder;
    tell(`writing ${count} objects at rest into etcd, to be kept in ${folder}`);
    const draft = `${folder}.draft`;
    await rm(draft, { recursive: true, force: true });
    await makeSnapshot(count, draft);
    await removeOutdated(cache, count);
    await rename(draft, folder);
    return folder;
  });
}

/** Snapshots of as many objects by another generator: each takes some 4 KB of disk for an object. */
async function removeOutdated(cache: string, count: number): Promise<void> {
  const outdated = new RegExp(`^settled-${count}-[0-9a-f]{12}$`);
  for (const name of await readdir(cache)) {
    if (outdated.test(name)) await rm(join(cache, name), { recursive: true });
  }
}

async function digest(): Promise<string> {
  const hash = createHash('sha256').update(await builtVersions());
  for (const source of sources) hash.update(await readFile(join(root, source)));
  return hash.digest('hex').slice(0, 12);
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function makeSnapshot(count: number, folder: string): Promise<void> {
  await using controlPlane = await startControlPlane();
  await install(controlPlane);
  await writeObjects(controlPlane, count);
  await controlPlane.stopApiServer();
  await controlPlane.stopEtcd();
  await cp(join(controlPlane.folder, 'etcd-data'), folder, { recursive: true });
}

async function writeObjects(controlPlane: ControlPlane, count: number): Promise<void> {
  const transport = connectApi(controlPlane.adminKubeconfig, 1);
  await createTemplate(transport);
  await transport.close();
  await using etcd = new EtcdWriter(controlPlane.etcdUrl);
  const key = etcdKey(nameAt(0));
  const template = await etcd.read(key);
  await etcd.remove(key);
  await etcd.write(settledEntries(template, count));
}
