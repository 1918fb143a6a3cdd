/** The operator of the chaos, built as the image's is: it starts in a third of the time. */
import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** @returns the path of the program, in `folder`, which is made */
export async function bundleOperator(folder: string): Promise<string> {
  await mkdir(folder);
  // The program looks for its schema beside its own folder.
  await symlink(join(root, 'crds'), join(folder, 'crds'));
  const dist = join(folder, 'dist');
  await run(process.execPath, ['build.ts', dist, 'test/chaos/operator-entry.ts'], { cwd: root });
  return join(dist, 'edgeapp.mjs');
}
