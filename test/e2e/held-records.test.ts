import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CertificateAuthority } from '../control-plane/certificates.ts';
import { findFreePort } from '../control-plane/free-port.ts';
import { manifest } from '../support/manifests.ts';
import { type Installation, install } from './installation.ts';
import { untilReady } from './ready-objects.ts';

const held = 'held';
const names = Array.from({ length: 20 }, (_, index) => `held-${index + 100}`);
const [late, other] = ['held-late', 'other-1-0-0'] as const;
const webhook = 'deny.example.com';
const create = 'CreateEdgeContainerAppVersion';
let shop: Installation;

beforeAll(async () => {
  // The creates wait for the webhook, and must not run into their time limit; not all workers are for one namespace.
  const settings = {
    EDGEAPP_CALL_TIMEOUT_SECONDS: '30',
    EDGEAPP_CONCURRENCY: '24',
    EDGEAPP_LOG_LEVEL: 'debug',
  };
  shop = await install({ settings });
  await shop.controlPlane.kubectl(['create', 'namespace', held]);
});
afterAll(() => shop?.[Symbol.asyncDispose]());

describe('a namespace whose webhook lets no status be written while 20 creates are in flight', () => {
  beforeAll(async () => {
    const fault = shop.emulator.setFault({ action: create, count: names.length, hold: 'before-commit' });
    await applyHeld(...names.map((name) => manifest({ metadata: { name } })));
    await shop.emulator.waitForCall(() => shop.creates().length === names.length);
    await applyHeld(await denyStatus());
    await vi.waitFor(() => expectDenied(names[0] ?? ''), { timeout: 60_000, interval: 100 });
    shop.emulator.releaseFault(fault.id);
  });

  test('shows in /healthz how many outcomes wait', async () => {
    const check = async () => {
      const response = await fetch(`${shop.operator.healthUrl}/healthz?verbose`);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain(
        `[+]outcomes-written ok: ${names.length} waiting to be written\n`,
      );
    };
    await vi.waitFor(check, { timeout: 60_000, interval: 100 });
  });

  test('gets no further claim, and holds up no other namespace', async () => {
    await applyHeld(manifest({ metadata: { name: late } }));
    const isReconciled = async () =>
      expect((await logLines('Reconciled')).map(({ name }) => name)).toContain(late);
    await vi.waitFor(isReconciled, { timeout: 60_000, interval: 100 });
    await shop.apply(manifest({ metadata: { name: other } }));
    await shop.waitFor('condition=Ready', other);
    expect(shop.creates(late)).toEqual([]);
    // A claim would have been refused, and told as an error.
    expect((await logLines('Reconciler error')).filter(({ name }) => name === late)).toEqual([]);
  });

  test('keeps the operator from no orderly end, which names each version and the webhook', async () => {
    expect(await shop.operator.stop()).toMatchObject({ exitCode: 0, signal: null });
    const last = await logLines('Stopped before the outcome of the attempt was written');
    expect(last.map(({ versionId }) => versionId).sort()).toEqual([...idsByName().values()].sort());
    expect(last.filter(({ error }) => !error?.message.includes(webhook))).toEqual([]);
  });

  test('is served with the versions that were created, once the webhook is gone', async () => {
    const before = idsByName();
    await shop.controlPlane.kubectl(['delete', 'validatingwebhookconfiguration', webhook]);
    await shop.operator.start();
    const signal = AbortSignal.timeout(120_000);
    await untilReady(shop.controlPlane, { namespace: held, count: names.length + 1, signal });
    for (const name of names) expect(shop.creates(name)).toHaveLength(1);
    const ids = await idsInStatus();
    expect(new Map(names.map((name) => [name, ids.get(name)]))).toEqual(before);
  });
});

async function applyHeld(...items: readonly object[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  await shop.controlPlane.kubectl([`--namespace=${held}`, 'apply', '--server-side', '-f', '-'], { input });
}

/** A webhook that nobody serves. */
async function denyStatus(): Promise<object> {
  const { certificate } = await CertificateAuthority.create();
  const rule = {
    apiGroups: ['esa.alibabacloud.com'],
    apiVersions: ['*'],
    operations: ['UPDATE'],
    resources: ['edgeappversions/status'],
  };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: webhook },
    webhooks: [
      {
        name: webhook,
        rules: [rule],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': held } },
        clientConfig: {
          url: `https://127.0.0.1:${await findFreePort()}/`,
          caBundle: Buffer.from(certificate).toString('base64'),
        },
        failurePolicy: 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  };
}

async function expectDenied(name: string): Promise<void> {
  const patch = JSON.stringify({ status: { observedGeneration: 1 } });
  const { stderr } = await shop.controlPlane.kubectl(
    [
      'patch',
      `--namespace=${held}`,
      `edgeappversion/${name}`,
      '--subresource=status',
      '--type=merge',
      '--dry-run=server',
      `--patch=${patch}`,
    ],
    { tolerate: true },
  );
  expect(stderr).toContain(webhook);
}

/** The VersionIds of the 20, by name, as the cloud has them. */
function idsByName(): Map<string, string> {
  const versions = shop.emulator.versions().filter(({ name }) => names.includes(name));
  return new Map(versions.map(({ name, versionId }) => [name, versionId] as const).sort());
}

async function idsInStatus(): Promise<Map<string, string>> {
  const path = '{range .items[*]}{.metadata.name} {.status.versionId}{"\\n"}{end}';
  const args = ['get', 'edgeappversions', `--namespace=${held}`, '-o', `jsonpath=${path}`];
  const { stdout } = await shop.controlPlane.kubectl(args);
  return new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
}

interface LogLine {
  readonly msg: string;
  readonly name?: string;
  readonly versionId?: string;
  readonly error?: { readonly message: string };
}

async function logLines(msg: string): Promise<LogLine[]> {
  const lines = (await readFile(shop.operator.logFile, 'utf8')).split('\n');
  const parsed: LogLine[] = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  return parsed.filter((line) => line.msg === msg);
}
