/** The operator as it is shipped: the bundle, with Node's flags of the image. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parseDockerfile } from '../../test/deploy/dockerfile.ts';
import { commonFlags, type System, workers } from './system.ts';

const root = resolve(import.meta.dirname, '../..');

export const operator: System = {
  name: 'operator',
  isNode: true,
  isController: true,
  async prepare() {
    await promisify(execFile)(process.execPath, ['build.ts'], { cwd: root });
    const [, ...args] = (await imageEntrypoint()).map((arg) => arg.replace(/^\/app\//, `${root}/`));
    return (surroundings) => ({
      command: process.execPath,
      // A lease of 15 s, as the peers have.
      args: [
        ...args,
        'run',
        `--concurrency=${workers}`,
        '--call-timeout-seconds=5',
        ...commonFlags(surroundings),
      ],
    });
  },
};

/** For example `/nodejs/bin/node --max-semi-space-size=8 /app/dist/edgeapp.mjs`, as a list. */
async function imageEntrypoint(): Promise<string[]> {
  const instructions = parseDockerfile(await readFile(join(root, 'Dockerfile'), 'utf8'));
  const { rest } = instructions.find(({ keyword }) => keyword === 'ENTRYPOINT') ?? { rest: '[]' };
  return JSON.parse(rest);
}
