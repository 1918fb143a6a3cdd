/** Reads a Dockerfile, and runs its steps in folders instead of containers: what COPY brings is all there is. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Instruction {
  readonly keyword: string;
  readonly rest: string;
}

/** The instructions in order, continued lines joined and comments left out. */
export function parseDockerfile(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [keyword = '', ...rest] = line.split(' ');
      return { keyword, rest: rest.join(' ') };
    });
}

/** Whether `.dockerignore` keeps a path out of the build; the last pattern that fits the path or a parent decides. */
export function isIgnored(ignoreFile: string, path: string): boolean {
  const parts = path.split('/');
  const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  let ignored = false;
  for (const line of ignoreFile.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
    const pattern = toPattern(line.replace(/^!/, ''));
    if (prefixes.some((prefix) => pattern.test(prefix))) ignored = !line.startsWith('!');
  }
  return ignored;
}

/** A star stands for any part of one name, leading dots included (unlike in a shell). */
function toPattern(glob: string): RegExp {
  const literal = glob.replaceAll(/[.+?^$(){}|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '[^/]*')}$`);
}

export interface Image {
  /** The folder that stands for `/`. */
  readonly root: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly user: string;
  readonly entrypoint: readonly string[];
}

export interface BuildOptions {
  /** The folder with Dockerfile and .dockerignore. */
  readonly context: string;
  /** An empty folder; each stage gets one inside it. */
  readonly scratch: string;
  /** What RUN sees. */
  readonly env: NodeJS.ProcessEnv;
}

/** Builds every stage and gives back the last. @throws when a step fails, or copies what is not there. */
export async function buildInFolders({ context, scratch, env }: BuildOptions): Promise<Image> {
  const ignoreFile = await readFile(join(context, '.dockerignore'), 'utf8');
  const stages = new Map<string, string>();
  let image = { root: '', labels: {}, user: '', entrypoint: [] as string[] };
  let workdir = '/';
  for (const { keyword, rest } of parseDockerfile(await readFile(join(context, 'Dockerfile'), 'utf8'))) {
    if (keyword === 'FROM') {
      image = { root: join(scratch, `stage-${stages.size}`), labels: {}, user: '', entrypoint: [] };
      workdir = '/';
      stages.set(rest.split(' AS ')[1] ?? 'final', image.root);
      await mkdir(image.root, { recursive: true });
    } else if (keyword === 'WORKDIR') {
      workdir = rest;
      await mkdir(join(image.root, workdir), { recursive: true });
    } else if (keyword === 'COPY') {
      const [, stage, paths = ''] = /^(?:--from=(\S+) )?(.*)$/.exec(rest) ?? [];
      const from = stage === undefined ? context : stages.get(stage);
      if (from === undefined) throw new Error(`COPY ${rest}: there is no stage of that name`);
      const isHidden = (path: string) => stage === undefined && isIgnored(ignoreFile, path);
      await copy(paths.split(' '), { from, to: join(image.root, workdir), isHidden });
    } else if (keyword === 'RUN') {
      await run('bash', ['-c', rest], { cwd: join(image.root, workdir), env, maxBuffer: 64 * 1024 * 1024 });
    } else if (keyword === 'LABEL') {
      image.labels = Object.fromEntries(
        [...rest.matchAll(/(\S+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
      );
    } else if (keyword === 'USER') image.user = rest;
    else if (keyword === 'ENTRYPOINT') image.entrypoint = JSON.parse(rest);
    else if (!['EXPOSE', 'CMD'].includes(keyword)) throw new Error(`this reader does not know ${keyword}`);
  }
  return image;
}

interface CopyOptions {
  readonly from: string;
  readonly to: string;
  readonly isHidden: (path: string) => boolean;
}

/** As COPY does it: a folder's content goes into the target, a file keeps its name where the target ends in a slash. */
async function copy(paths: readonly string[], { from, to, isHidden }: CopyOptions): Promise<void> {
  const target = paths.at(-1) ?? '';
  for (const path of paths.slice(0, -1)) {
    const source = join(from, path);
    if (isHidden(path.replace(/^\//, '')))
      throw new Error(`.dockerignore hides ${path}, which the Dockerfile copies`);
    const isFolder = (await stat(source)).isDirectory();
    const destination = join(to, target, isFolder || !/(^\.?|\/)$/.test(target) ? '' : basename(path));
    await mkdir(dirname(destination), { recursive: true });
    await cp(source, destination, { recursive: true, filter: (each) => !isHidden(relative(from, each)) });
  }
}

/** Every file below a folder, sorted, as relative paths. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
