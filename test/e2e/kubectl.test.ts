import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { container, manifest } from '../support/manifests.ts';
import { type Installation, install, namespace } from './installation.ts';
import { releaseJob, runReleaseJob } from './release-job.ts';

let shop: Installation;

beforeAll(async () => {
  shop = await install();
});
afterAll(() => shop?.[Symbol.asyncDispose]());

const samples = ['-f', 'deploy/samples/minimal.yaml', '-f', 'deploy/samples/two-containers.yaml'];
const cloudVersion = (name: string) => shop.emulator.versions().find((version) => version.name === name);

describe('a user with kubectl', () => {
  test('applies files, waits until they are Ready and reads the VersionIds in the table', async () => {
    await shop.kubectl(['apply', ...samples]);
    await shop.kubectl(['wait', '--for=condition=Ready', '--timeout=60s', ...samples]);
    const { stdout } = await shop.kubectl(['get', 'edgeappversions', '-o', 'wide']);
    const [header = '', ...rows] = stdout.trim().split('\n');
    expect(header.split(/\s+/)).toEqual(
      'NAME READY REASON APP VERSION VERSIONID CODE AGE MESSAGE'.split(' '),
    );
    expect(rows.map((row) => row.split(/\s+/).slice(0, 6))).toEqual([
      ['blog-1-0-0', 'True', 'Created', appOf('blog-1-0-0'), 'blog-1-0-0', idOf('blog-1-0-0')],
      ['shop-1-4-2', 'True', 'Created', appOf('shop-1.4.2'), 'shop-1.4.2', idOf('shop-1.4.2')],
    ]);
  });

  const idOf = (name: string) => cloudVersion(name)?.versionId;
  const appOf = (name: string) => cloudVersion(name)?.appId;

  test('sees in describe the conditions, the VersionId and nothing that is wrong', async () => {
    const { stdout } = await shop.kubectl(['describe', 'edgeappversion', 'blog-1-0-0']);
    const conditions = stdout.slice(stdout.indexOf('Conditions:'));
    expect(conditions).toMatch(/Message: +version ver-\d+ is created\n/);
    expect(conditions).toMatch(/Reason: +Created\n +Status: +True\n +Type: +Ready\n/);
    expect(conditions).toMatch(/Version Id: +ver-\d+\n/);
    expect(conditions).not.toContain('Error:');
  });

  test('learns from explain what each field of a container is for', async () => {
    const { stdout } = await shop.kubectl(['explain', 'edgeappversion.spec.containers']);
    const fields = stdout
      .slice(stdout.indexOf('FIELDS:'))
      .split(/\n(?= {2}\w+\t)/)
      .slice(1);
    const names = fields.map((field) => field.trim().split(/\s/, 1)[0]);
    expect(names).toEqual(expect.arrayContaining([...Object.keys(container()), 'env', 'acrImageInfo']));
    for (const field of fields) expect(field).toMatch(/\n {4}\w+/);
  });

  test('applies server-side, and again without a conflict or a change', async () => {
    const input = JSON.stringify(manifest({ metadata: { name: 'server-side' } }));
    const apply = () => shop.kubectl(['apply', '--server-side', '-f', '-'], { input });
    await apply();
    await shop.waitFor('condition=Ready', 'server-side');
    const before = await shop.get('server-side');
    expect((await apply()).stdout).toContain('server-side serverside-applied');
    expect(await shop.get('server-side')).toEqual(before);
  });

  test('applies unchanged files again without a change', async () => {
    const read = () => shop.kubectl(['get', ...samples, '-o', 'json']);
    const before = await read();
    await shop.kubectl(['apply', ...samples]);
    expect(await read()).toEqual(before);
  });

  test('is told by the API server that the content of a version stays as it is', async () => {
    const patch = JSON.stringify({ spec: { containers: [container({ image: 'shop/web:2' })] } });
    const args = ['patch', 'edgeappversion', 'blog-1-0-0', '--type=merge', '-p', patch];
    const { exitCode, stderr } = await shop.kubectl(args, { tolerate: true });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('immutable') });
  });

  test('deletes by file, and finds the versions still in the cloud', async () => {
    const { stdout } = await shop.kubectl(['delete', ...samples]);
    expect(stdout.match(/ deleted/g)).toHaveLength(2);
    expect((await shop.kubectl(['get', ...samples, '--ignore-not-found'])).stdout).toBe('');
    expect(cloudVersion('blog-1-0-0')).toMatchObject({ status: 'created' });
  });
});

describe('a release Job with the editor role in one namespace', () => {
  let kubeconfig: string;

  beforeAll(async () => {
    await shop.kubectl(['apply', '--server-side', '-k', releaseJob]);
    kubeconfig = await shop.controlPlane.serviceAccountKubeconfig(namespace, 'shop-release');
  });

  test('creates with generateName, waits for Ready and reads the id', async () => {
    const { exitCode, stdout, stderr } = await runReleaseJob({ kubeconfig });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^created edgeappversion\S*\/shop-\w+$/m);
    expect(stdout).toContain(`\nversionId ${cloudVersion('shop-1.5.0')?.versionId}\n`);
  });

  test('fails on a second run, with the first object in the reason and no second version', async () => {
    const { exitCode, stdout } = await runReleaseJob({ kubeconfig, env: { READY_TIMEOUT: '1s' } });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^Ready=False Conflict: .*shop\/shop-\w+ already stands for/m);
    expect(shop.creates('shop-1.5.0')).toHaveLength(1);
  });

  test('can do none of it in another namespace', async () => {
    const asJob = { kubeconfig, tolerate: true };
    const elsewhere = ['--namespace=default'];
    const attempts = await Promise.all([
      shop.controlPlane.kubectl([...elsewhere, 'create', '-f', `${releaseJob}/version.yaml`], asJob),
      shop.controlPlane.kubectl([...elsewhere, 'get', 'edgeappversions'], asJob),
    ]);
    for (const { exitCode, stderr } of attempts)
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('Forbidden') });
  });
});
