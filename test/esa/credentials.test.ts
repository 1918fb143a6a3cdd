import { mkdir, mkdtempDisposable, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Accounts } from '../../src/cloud/accounts.ts';
import { getApp } from '../../src/cloud/operations/get-app.ts';
import { classify } from '../../src/core/errors/classify.ts';
import { environmentCredentials, mountedCredentials } from '../../src/esa/credentials.ts';
import { createEsaClient } from '../../src/esa/esa-client.ts';
import { systemClock } from '../../src/operator/system-clock.ts';
import { errorOf, request } from './connect.ts';
import { always, startRawServer } from './raw-server.ts';

const id = 'ALIBABA_CLOUD_ACCESS_KEY_ID';
const secret = 'ALIBABA_CLOUD_ACCESS_KEY_SECRET';
const token = 'ALIBABA_CLOUD_SECURITY_TOKEN';

const temporaryFolder = () => mkdtempDisposable(join(tmpdir(), 'credentials-'));

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
}

/** Mounts a Secret as the kubelet does: the files are links through `..data`, which is swapped in one step. */
async function mountSecret(folder: string, revision: string, files: Readonly<Record<string, string>>) {
  await writeFiles(join(folder, revision), files);
  await symlink(revision, join(folder, '..new'));
  await rename(join(folder, '..new'), join(folder, '..data'));
}

describe('credentials from the environment', () => {
  test('hold the key pair without white space around it', async () => {
    const source = environmentCredentials({ accessKeyId: ' key\n', accessKeySecret: '\tsecret ' });
    expect(await source.load()).toEqual({ accessKeyId: 'key', accessKeySecret: 'secret' });
  });

  test('hold the token of a temporary key', async () => {
    const source = environmentCredentials({ accessKeyId: 'k', accessKeySecret: 's', securityToken: 't' });
    expect(await source.load()).toEqual({ accessKeyId: 'k', accessKeySecret: 's', securityToken: 't' });
  });

  test.each([
    { values: { accessKeySecret: 'hidden' }, message: `the environment variable ${id} is missing or empty` },
    {
      values: { accessKeyId: 'hidden', accessKeySecret: ' ' },
      message: `the environment variable ${secret} is`,
    },
    { values: { accessKeyId: 'hidden x', accessKeySecret: 's' }, message: `${id} holds a blank` },
    { values: { accessKeyId: 'k', accessKeySecret: 'hidden\u00e9' }, message: `${secret} holds a blank` },
    {
      values: { accessKeyId: 'k', accessKeySecret: 's', securityToken: 'hidden\nt' },
      message: `${token} holds a blank`,
    },
  ])('are refused with "$message", without the values', async ({ values, message }) => {
    const error = await errorOf(environmentCredentials(values).load());
    expect(error).toMatchObject({ operation: 'LoadCredentials', code: 'InvalidCredentials' });
    expect(error.message).toContain(message);
    expect(inspect(error)).not.toContain('hidden');
    expect(classify(error, 'read')).toMatchObject({ class: 'Configuration', reason: 'CredentialsInvalid' });
  });
});

describe('credentials from a mounted folder', () => {
  test('hold the key pair, and the token where there is one', async () => {
    await using folder = await temporaryFolder();
    await writeFiles(folder.path, { [id]: 'key\n', [secret]: 'secret\n' });
    const source = mountedCredentials(folder.path);
    expect(await source.load()).toEqual({ accessKeyId: 'key', accessKeySecret: 'secret' });
    await writeFiles(folder.path, { [token]: 'token\n' });
    expect(await source.load()).toEqual({
      accessKeyId: 'key',
      accessKeySecret: 'secret',
      securityToken: 'token',
    });
  });

  test.each([
    { title: 'an absent folder', files: undefined, message: `${id} is missing or empty` },
    { title: 'an absent file', files: { [id]: 'hidden' }, message: `${secret} is missing or empty` },
    {
      title: 'an empty file',
      files: { [id]: '\n', [secret]: 'hidden' },
      message: `${id} is missing or empty`,
    },
    { title: 'two lines', files: { [id]: 'k', [secret]: 'hidden\nb' }, message: `${secret} holds a blank` },
  ])('name the file and the remedy for $title, not the content', async ({ files, message }) => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'mount');
    if (files) await writeFiles(path, files);
    const error = await errorOf(mountedCredentials(path).load());
    expect(error).toMatchObject({ operation: 'LoadCredentials', code: 'InvalidCredentials' });
    expect(error.message).toContain(path);
    expect(error.message).toContain(message);
    expect(error.message).toMatch(/: put .*the AccessKey (ID|secret) there$/);
    expect(inspect(error)).not.toContain('hidden');
  });

  test('say what keeps a file from being read', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, id));
    const error = await errorOf(mountedCredentials(folder.path).load());
    expect(error).toMatchObject({ code: 'InvalidCredentials', cause: { code: 'EISDIR' } });
    expect(error.message).toContain(`${join(folder.path, id)} is a folder, not a file: --credentials-dir`);
    await writeFiles(folder.path, { 'key.txt': 'key' });
    const inFile = await errorOf(mountedCredentials(join(folder.path, 'key.txt')).load());
    expect(inFile.message).toContain(
      `${join(folder.path, 'key.txt', id)} is not there: a part of its path is a file`,
    );
  });

  test('never mix two keys while the Secret is swapped', async () => {
    await using folder = await temporaryFolder();
    await mountSecret(folder.path, '..0', { [id]: 'key-0', [secret]: 'secret-0' });
    const source = mountedCredentials(folder.path);
    let isSwapping = true;
    const swaps = (async () => {
      for (let revision = 1; revision <= 200; revision++) {
        await mountSecret(folder.path, `..${revision}`, {
          [id]: `key-${revision}`,
          [secret]: `secret-${revision}`,
        });
        await rm(join(folder.path, `..${revision - 1}`), { recursive: true });
      }
      isSwapping = false;
    })();
    while (isSwapping) {
      const { accessKeyId, accessKeySecret } = await source.load();
      expect(accessKeySecret).toBe(accessKeyId.replace('key', 'secret'));
    }
    await swaps;
    expect(await source.load()).toEqual({ accessKeyId: 'key-200', accessKeySecret: 'secret-200' });
  });
});

test('A rotated key is used by the next call, an unchanged one keeps its client', async () => {
  await using server = await startRawServer(always(200, { App: {} }));
  await using folder = await temporaryFolder();
  await mountSecret(folder.path, '..1', { [id]: 'old', [secret]: 's' });
  const credentials = mountedCredentials(folder.path);
  const esa = createEsaClient({
    endpoint: new URL(server.url),
    callTimeoutMs: 30_000,
    clock: systemClock,
    credentials,
  });
  const accounts = new Accounts({ esa, clock: systemClock });

  const before = await accounts.of('shop');
  expect(await accounts.of('other')).toBe(before);
  await before.send(getApp(request.AppId));
  await mountSecret(folder.path, '..2', { [id]: 'new', [secret]: 's', [token]: 't' });
  await (await accounts.of('shop')).send(getApp(request.AppId));

  const [old, rotated] = server.requests.map(({ headers }) => headers);
  expect(old?.authorization).toContain('Credential=old,');
  expect(rotated?.authorization).toContain('Credential=new,');
  expect(rotated).toMatchObject({ 'x-acs-accesskey-id': 'new', 'x-acs-security-token': 't' });
});
