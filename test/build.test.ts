/** The bundle, alone with `crds/` and `docs/` in an empty folder, as in the image. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EdgeappProcess, type Invocation } from './cli/edgeapp-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgeapp-bundle-'));
  await promisify(execFile)(process.execPath, ['build.ts', join(folder, 'dist')]);
  await cp('crds', join(folder, 'crds'), { recursive: true });
  await cp('docs/errors.md', join(folder, 'docs/errors.md'));
});
afterAll(() => rm(folder, { recursive: true }));

function bundled(invocation: Invocation): EdgeappProcess {
  return new EdgeappProcess({ ...invocation, file: join('dist', 'edgeapp.mjs'), cwd: folder });
}

describe('the bundle', () => {
  it('is less than 2.6 MB of ASCII', async () => {
    const files = await readdir(join(folder, 'dist'));
    const texts = await Promise.all(files.map((file) => readFile(join(folder, 'dist', file), 'latin1')));
    expect(texts.join('').length).toBeLessThan(2_600_000);
    expect(texts.join('')).toMatch(/^[\0-\x7f]*$/);
  });

  it('tells its version', async () => {
    expect(await bundled({ args: ['--version'] }).ended).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('plans a sample as the sources do', async () => {
    const args = ['plan', '--owner-id', 'prod', '-f', resolve('deploy/samples/two-containers.yaml')];
    const fromSources = await new EdgeappProcess({ args }).ended;
    expect(fromSources.exitCode).toBe(0);
    expect(await bundled({ args }).ended).toEqual(fromSources);
  });

  it('explains a code as the sources do', async () => {
    const args = ['explain', 'InvalidApp.NotFound'];
    const fromSources = await new EdgeappProcess({ args }).ended;
    expect(fromSources.exitCode).toBe(0);
    expect(await bundled({ args }).ended).toEqual(fromSources);
  });

  it('runs the emulator', async () => {
    const args = ['emulator', '--listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0'];
    await using emulator = bundled({ args });
    const [, url] = await emulator.printed(/answers at (http:\S+),/);
    expect((await fetch(`${url}/`)).status).toBeGreaterThanOrEqual(400);
    expect(await emulator.stop()).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('starts the operator and reads its kubeconfig', async () => {
    const keys = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret' };
    const flags = ['--esa-endpoint', 'http://127.0.0.1:9', '--owner-id', 'test', '--kubeconfig', 'missing'];
    const { exitCode, stderr } = await bundled({ args: ['run', ...flags], env: keys }).ended;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: kubeconfig missing, .* is not there/m);
  });
});
