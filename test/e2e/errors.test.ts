import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestedAtAnnotation } from '../../src/api/requested-at.ts';
import { errorTable, textsOf } from '../../src/core/errors/error-table.ts';
import { defaultAccessKey, type FaultAnswer } from '../../src/emulator/emulator.ts';
import { rawCreate } from '../emulator/raw-call.ts';
import { container, manifest } from '../support/manifests.ts';
import { brokenRules } from '../support/status-rules.ts';
import { appId, credentials, type Installation, install } from './installation.ts';

const create = 'CreateEdgeContainerAppVersion';
const list = 'ListEdgeContainerAppVersions';
const pods = { containers: [container(), container({ name: 'cache' })] };
let shop: Installation;

beforeAll(async () => {
  shop = await install();
});
afterAll(() => shop?.[Symbol.asyncDispose]());

interface Refusal {
  readonly code: string;
  readonly reason: string;
  readonly operation?: string;
}

const refusals: readonly Refusal[] = [
  { code: 'InvalidParameter.Name', reason: 'InvalidRequest' },
  { code: 'InvalidParameter.Percentage', reason: 'InvalidRequest' },
  { code: 'InvalidParameter.Image', reason: 'InvalidRequest' },
  { code: 'InvalidParameter.HttpHeaders', reason: 'InvalidRequest' },
  { code: 'InvalidParameter.appid', reason: 'InvalidRequest' },
  { code: 'InvalidParameter', reason: 'InvalidRequest' },
  { code: 'InvalidApp.NotFound', reason: 'AppNotFound' },
];
const unclear: readonly Refusal[] = ['ParameterAlreadyExist', 'NameAlreadyExists', 'InternalError'].map(
  (code) => ({ code, reason: 'Ambiguous' }),
);

describe('a create that the cloud answers with a code', () => {
  test.concurrent.for(refusals)(
    '$code, which nobody but a person can mend, goes on once the spec is repaired',
    async (refusal) => {
      const name = await applyRefused(refusal);
      await expectRefusal(name, refusal);
      expect((await shop.get(name)).status?.attempt).toBeUndefined();
      await patch(name, { spec: { remarks: 'repaired' } });
      await expectReady(name);
      expect(shop.creates(name)).toHaveLength(2);
    },
  );

  test.concurrent.for(refusals)(
    '$code is tried again, unchanged, when the annotation asks for it',
    async (refusal) => {
      const name = await applyRefused(refusal);
      await shop.waitFor('condition=Stalled', name);
      await patch(name, { metadata: { annotations: { [requestedAtAnnotation]: '2026-11-24T08:00:00Z' } } });
      await expectReady(name);
      expect(shop.creates(name)).toHaveLength(2);
    },
  );

  test.concurrent.for(unclear)(
    '$code, which may have created it, is looked up, and the late version is found',
    async (refusal) => {
      const name = await applyRefused(refusal);
      await expectRefusal(name, refusal);
      const { status } = await shop.get(name);
      expect(status).toMatchObject({ attempts: 1, attempt: { number: 1, name } });
      const [call, ...others] = shop.creates(name);
      expect(others).toEqual([]);
      await rawCreate(shop.emulator, call?.parameters ?? {});
      await expectReady(name);
      expect((await shop.get(name)).status?.attempts).toBe(1);
    },
  );

  const lost: { title: string; answer: FaultAnswer }[] = [
    { title: 'an error', answer: { kind: 'error', code: 'InternalError' } },
    { title: 'the page of a gateway', answer: { kind: 'html', status: 504 } },
    { title: 'a closed connection', answer: { kind: 'drop' } },
    { title: 'half an answer', answer: { kind: 'cut' } },
    { title: 'success without a VersionId', answer: { kind: 'omit', members: ['VersionId'] } },
  ];
  test.concurrent.for(lost)(
    'is not sent twice when it worked and the answer is $title',
    async ({ answer }) => {
      const name = newName();
      shop.emulator.setFault({ action: create, where: { Name: name }, commit: true, answer });
      await shop.apply(manifest({ metadata: { name } }));
      await expectReady(name);
      expect(shop.creates(name)).toHaveLength(1);
    },
  );

  test.concurrent('that reports a failure with status 200 is that failure, in the status and in the log', async () => {
    const name = newName();
    const body = { Success: false, Code: 'Denied.Oddly', Message: 'not today' };
    shop.emulator.setFault({ action: create, where: { Name: name }, answer: { kind: 'json', body } });
    await shop.apply(manifest({ metadata: { name } }));
    await shop.waitFor('jsonpath={.status.error.code}=Denied.Oddly', name);
    const { status } = await shop.get(name);
    expect(status?.error).toMatchObject({ operation: create, message: 'not today', httpStatus: 200 });
    expect(status?.attempt).toMatchObject({ number: 1 });
    const log = readFileSync(shop.operator.logFile, 'utf8').split('\n');
    const ofObject = log.filter((line) => line.includes(name) && line.includes('Denied.Oddly'));
    expect(ofObject.join()).toContain('not today');
  });

  test.concurrent('leaves no secret in the status and the log, in whatever form it comes back', async () => {
    const name = newName();
    const { id, secret } = defaultAccessKey;
    const encoded = Buffer.from(`${id}:${secret}`).toString('base64');
    const forms = [secret, secret.toUpperCase(), encodeURIComponent(secret).replaceAll('-', '%2d'), encoded];
    const body = { Code: 'Echo.Odd', Message: forms.join(' '), RequestId: secret, HostId: encoded };
    const answer = { kind: 'json', status: 400, body, headers: { 'x-acs-request-id': secret } } as const;
    shop.emulator.setFault({ action: create, where: { Name: name }, answer });
    await shop.apply(manifest({ metadata: { name } }));
    await shop.waitFor('jsonpath={.status.error.code}=Echo.Odd', name);
    const { status } = await shop.get(name);
    expect(status?.error?.message).toContain('[redacted]');
    const log = readFileSync(shop.operator.logFile, 'utf8');
    for (const form of forms) expect(JSON.stringify(status) + log).not.toContain(form);
  });

  /** An object whose first create is answered with the code, and not carried out. */
  async function applyRefused({ code }: Refusal): Promise<string> {
    const name = newName();
    shop.emulator.setFault({ action: create, where: { Name: name }, answer: { kind: 'error', code } });
    await shop.apply(manifest({ metadata: { name } }));
    return name;
  }
});

describe('an object that the API server lets through', () => {
  test('is told that there is no such app, and goes on with the right one', async () => {
    const name = newName();
    await shop.apply(manifest({ metadata: { name }, spec: { appId: 'app-404404404404404404' } }));
    await expectRefusal(name, { code: 'InvalidApp.NotFound', reason: 'AppNotFound', operation: list });
    await patch(name, { spec: { appId } });
    await expectReady(name);
  });

  test('is told that the cloud takes no such parameter, and goes on with a smaller one', async () => {
    const name = newName();
    shop.emulator.setSwitches({ maxContainers: 1 });
    await shop.apply(manifest({ metadata: { name }, spec: pods }));
    await expectRefusal(name, { code: 'InvalidParameter', reason: 'InvalidRequest' });
    await patch(name, { spec: { containers: pods.containers.slice(0, 1) } });
    await expectReady(name);
    shop.emulator.setSwitches({ maxContainers: 0 });
  });

  const taken = unclear.filter(({ code }) => code !== 'InternalError');
  test.for(taken)(
    'is told $code where a deleted version keeps its name, and no second create follows',
    async (refusal) => {
      const [first, second] = [newName(), newName()];
      await shop.apply(manifest({ metadata: { name: first } }));
      await shop.waitFor('condition=Ready', first);
      shop.emulator.deleteVersion((await shop.get(first)).status?.versionId ?? '');
      await shop.kubectl(['delete', 'edgeappversion', first]);
      shop.emulator.setSwitches({ deletedNameReserved: true, duplicateNameCode: refusal.code });
      await shop.apply(manifest({ metadata: { name: second }, spec: { name: first } }));
      await expectRefusal(second, refusal);
      expect(shop.creates(first)).toHaveLength(2);
    },
  );

  test('is told Conflict, without a create, where the name is in the cloud with other content', async () => {
    const name = newName();
    await rawCreate(shop.emulator, { Name: name });
    await shop.apply(manifest({ metadata: { name } }));
    await shop.waitFor('condition=Stalled', name);
    const { status } = await shop.get(name);
    expect(status?.error).toMatchObject({ code: 'Conflict', class: 'Terminal', operation: list });
    expect(shop.creates(name)).toHaveLength(1);
    const free = newName();
    await patch(name, { spec: { name: free } });
    await expectReady(name);
  });
});

test('a rotated key in the mounted Secret heals the objects that the old one was refused for', async () => {
  const [known, unknown] = [newName(), newName()];
  const key = { id: 'rotated-key-id', secret: 'rotated-key-secret' };
  shop.emulator.setAccessKey(defaultAccessKey.id, { secret: defaultAccessKey.secret, disabled: true });
  await shop.apply(manifest({ metadata: { name: known } }), manifest({ metadata: { name: unknown } }));
  for (const name of [known, unknown])
    await expectRefusal(name, {
      code: 'InvalidAccessKeyId.Inactive',
      reason: 'CredentialsInvalid',
      operation: list,
    });
  shop.emulator.setAccessKey(key.id, { secret: key.secret });
  await shop.controlPlane.kubectl(['apply', '-f', '-'], { input: JSON.stringify(credentials(key)) });
  await shop.operator.mountSecret();
  await Promise.all([known, unknown].map(expectReady));
});

const newName = (): string => `shop-${randomUUID()}`;

async function patch(name: string, change: object): Promise<void> {
  await shop.kubectl(['patch', 'edgeappversion', name, '--type=merge', '-p', JSON.stringify(change)]);
}

/** The code with all that a person needs, and the conditions that say whose turn it is. */
async function expectRefusal(name: string, { code, reason, operation = create }: Refusal): Promise<void> {
  await shop.waitFor(`jsonpath={.status.error.code}=${code}`, name);
  const object = await shop.get(name);
  expect(brokenRules(object)).toEqual([]);
  const entry = errorTable.find((row) => row.code === code);
  const { httpStatus, class: errorClass } = entry ?? {};
  const { cause, remedy } = entry ? textsOf(entry, operation === create ? 'create' : 'read') : {};
  const answered = shop.emulator.calls().filter((call) => call.outcome.code === code);
  const { error, conditions } = object.status ?? {};
  expect(error).toMatchObject({ operation, code, class: errorClass, httpStatus, cause, remedy });
  expect(answered.map(({ requestId }) => requestId)).toContain(error?.requestId);
  const activity =
    errorClass === 'Ambiguous'
      ? { type: 'Reconciling', status: 'True', reason: 'ProgressingWithRetry' }
      : { type: 'Stalled', status: 'True', reason };
  expect(conditions).toMatchObject([{ type: 'Ready', status: 'False', reason }, activity]);
}

async function expectReady(name: string): Promise<void> {
  await shop.waitFor('condition=Ready', name);
  const object = await shop.get(name);
  expect(brokenRules(object)).toEqual([]);
  const { versionId, versionName } = object.status ?? {};
  const inCloud = shop.emulator.versions().filter((version) => version.name === versionName);
  expect(inCloud.map((version) => version.versionId)).toEqual([versionId]);
}
