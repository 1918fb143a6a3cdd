import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildInFolders, filesBelow, type Image, isIgnored, parseDockerfile } from './dockerfile.ts';

const run = promisify(execFile);
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

describe('the image', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'edgeapp-image-'));
  let image: Image;

  beforeAll(async () => {
    image = await buildInFolders({ context: '.', scratch, env: cleanEnvironment() });
  });
  afterAll(() => rm(scratch, { recursive: true }));

  /** Runs the image's command, its own Node and its own paths put in place of the container's. */
  async function runImage(args: readonly string[]): Promise<string> {
    const [, ...command] = image.entrypoint;
    const words = command.map((word) => (word.startsWith('/') ? join(image.root, word) : word));
    const { stdout } = await run(process.execPath, [...words, ...args], { cwd: scratch, env: {} });
    return stdout;
  }

  test('holds the bundle, the CRD, the page on errors and the licence, and nothing else', async () => {
    const files = await filesBelow(image.root);
    const isOurs = (file: string) => /^app\/dist\/[\w-]+\.mjs$/.test(file);
    expect(files.filter((file) => !isOurs(file))).toEqual([
      'app/LICENSE',
      'app/crds/edgeappversions.yaml',
      'app/docs/errors.md',
    ]);
    expect(files).toContain('app/dist/edgeapp.mjs');
  });

  test('runs with the node of its base', () => {
    expect(image.entrypoint[0]).toBe('/nodejs/bin/node');
  });

  test('starts Node so that no signal opens the inspector', () => {
    expect(image.entrypoint).toContain('--disable-sigusr1');
  });

  test('tells its version, the same as its label and package.json', async () => {
    expect(await runImage(['--version'])).toContain(manifest.version);
    expect(image.labels['org.opencontainers.image.version']).toBe(manifest.version);
  });

  test('takes its heap limit from the memory there is, and leaves room beside the heap', async () => {
    const [, ...command] = image.entrypoint;
    const flags = command.filter((word) => word.startsWith('--'));
    const script = `console.log(JSON.stringify({
      heapBytes: v8.getHeapStatistics().heap_size_limit,
      memoryBytes: Math.min(process.constrainedMemory() || Infinity, os.totalmem()),
    }))`;
    const { stdout } = await run(process.execPath, [...flags, '-e', script], { env: {} });
    const { heapBytes, memoryBytes } = JSON.parse(stdout);
    expect(heapBytes / memoryBytes).toBeGreaterThan(0.5);
    expect(heapBytes / memoryBytes).toBeLessThan(0.7);
  });

  test('finds the CRD beside the bundle', async () => {
    const plan = await runImage(['plan', '-f', join(process.cwd(), 'deploy/samples/minimal.yaml')]);
    expect(plan).toContain('app-880688675783790001');
  });

  test('explains a reason from the document beside the bundle', async () => {
    expect(await runImage(['explain', 'inuse'])).toContain('a published version is never deleted');
  });

  test('runs as a user above 10000', () => {
    const [user, userGroup] = image.user.split(':').map(Number);
    expect(user).toBeGreaterThan(10_000);
    expect(userGroup).toBeGreaterThan(10_000);
  });
});

test('every base of the image is named by a version', () => {
  const bases = parseDockerfile(readFileSync('Dockerfile', 'utf8'))
    .filter(({ keyword }) => keyword === 'FROM')
    .map(({ rest }) => rest.split(' ')[0]);
  expect(bases).toEqual([
    `node:${manifest.devDependencies.node}-trixie-slim`,
    'gcr.io/distroless/nodejs26-debian13:nonroot',
  ]);
});

test.for([
  { path: 'src/main.ts', ignored: false },
  { path: 'crds/edgeappversions.yaml', ignored: false },
  { path: 'docs/errors.md', ignored: false },
  { path: 'docs/install.md', ignored: true },
  { path: 'node_modules/ajv/package.json', ignored: true },
  { path: '.git/config', ignored: true },
  { path: '.env', ignored: true },
])('.dockerignore: $path ignored is $ignored', ({ path, ignored }) => {
  expect(isIgnored(readFileSync('.dockerignore', 'utf8'), path)).toBe(ignored);
});

/** What a container would see of this process's environment: the way to the registry, and this Node first. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(lifecycle|package|node|command)|NODE_|VITEST|EDGEAPP_|ALIBABA_)/.test(name),
  );
  return { ...Object.fromEntries(kept), PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) };
}
