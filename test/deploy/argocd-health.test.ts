import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { listingIncomplete } from '../../src/cloud/read-pages.ts';
import type {
  EdgeAppVersion,
  EdgeAppVersionStatus,
} from '../../src/kinds/edge-app-version/edge-app-version.ts';
import * as statuses from '../../src/kinds/edge-app-version/status/status.ts';
import {
  buildFailed,
  duplicateVersion,
  outcomeUnknown,
} from '../../src/kinds/edge-app-version/status/version-problems.ts';
import { runHealthScript } from './health-script.ts';
import { type KstatusVerdict, kstatus } from './kstatus.ts';

const folder = 'deploy/argocd/component';
const script = readFileSync(join(folder, 'health.lua'), 'utf8');
const load = (path: string) => parse(readFileSync(join(folder, path), 'utf8'));

interface HealthTest {
  readonly inputPath: string;
  readonly healthStatus: { readonly status: string; readonly message: string };
}
const { tests } = load('health_test.yaml') as { tests: HealthTest[] };

describe('the Argo CD health script', () => {
  test.for(tests)('says $healthStatus.status for $inputPath', async ({ inputPath, healthStatus }) => {
    expect(await runHealthScript(script, load(inputPath))).toEqual(healthStatus);
  });

  test('has a case for every object in testdata', () => {
    const files = readdirSync(join(folder, 'testdata')).map((name) => `testdata/${name}`);
    expect(tests.map(({ inputPath }) => inputPath).sort()).toEqual(files.sort());
  });

  test('is refused by the harness as soon as it needs the string library', async () => {
    await expect(runHealthScript('return {status = ("healthy"):upper()}', {})).rejects.toThrow();
  });
});

const wallMs = Date.parse('2026-03-02T09:14:09Z');
const attempt = {
  id: '6f1c5e0a-1c0b-4c55-8f0a-0d7e0f3c9b1a',
  uid: '0d9c7a52-3c42-4f0e-9d5b-6f5e9d0a7c11',
  number: 1,
  name: 'shop-1.4.2',
  fingerprint: 'v1:ab12',
  startedAt: '2026-03-02T09:14:09Z',
  unknownBefore: false,
};
const known = {
  versionId: 'ver-876293716316510001',
  versionName: 'shop-1.4.2',
  origin: 'Created',
  fingerprint: 'v1:ab12',
} as const;

interface WrittenStatus {
  readonly title: string;
  readonly write: (object: EdgeAppVersion) => EdgeAppVersionStatus;
  readonly argo: string;
  readonly kstatus: KstatusVerdict;
  readonly base?: EdgeAppVersion;
}

const fresh: EdgeAppVersion = load('testdata/not-seen-yet.yaml');
const deleting: EdgeAppVersion = load('testdata/deleting.yaml');
const written: WrittenStatus[] = [
  {
    title: 'a claim',
    write: (o) => statuses.claimed(o, attempt, wallMs),
    argo: 'Progressing',
    kstatus: 'InProgress',
  },
  {
    title: 'a version being built',
    write: (o) => statuses.recorded(o, { ...known, versionStatus: 'creating' }, { wallMs }),
    argo: 'Progressing',
    kstatus: 'InProgress',
  },
  {
    title: 'a created version',
    write: (o) => statuses.recorded(o, { ...known, versionStatus: 'created' }, { wallMs }),
    argo: 'Healthy',
    kstatus: 'Current',
  },
  {
    title: 'a failed build',
    write: (o) => statuses.recorded(o, { ...known, versionStatus: 'failed' }, { wallMs }),
    argo: 'Degraded',
    kstatus: 'Failed',
  },
  {
    title: 'an error that is retried',
    write: (o) =>
      statuses.failing(o, listingIncomplete('5 of 6 versions'), { wallMs, nextAttemptMs: wallMs + 1000 }),
    argo: 'Progressing',
    kstatus: 'InProgress',
  },
  {
    title: 'a create without a known outcome',
    write: (o) => statuses.failing(o, outcomeUnknown(attempt), { wallMs }),
    argo: 'Progressing',
    kstatus: 'InProgress',
  },
  {
    title: 'an error that a person must act on',
    write: (o) => statuses.failing(o, duplicateVersion('shop-1.4.2', ['ver-1', 'ver-2']), { wallMs }),
    argo: 'Degraded',
    kstatus: 'Failed',
  },
  {
    title: 'a wait',
    write: (o) => statuses.waiting(o, 'settling', wallMs),
    argo: 'Progressing',
    kstatus: 'InProgress',
  },
  {
    title: 'a suspended object',
    write: (o) => statuses.suspended(o, wallMs),
    argo: 'Suspended',
    kstatus: 'InProgress',
    base: { ...fresh, spec: { ...fresh.spec, suspend: true } },
  },
  {
    title: 'a deletion',
    write: (o) => statuses.deleting(o, 'deleting', wallMs),
    argo: 'Progressing',
    kstatus: 'Terminating',
    base: deleting,
  },
  {
    title: 'a deletion that a person must act on',
    write: (o) => statuses.failing(o, buildFailed('ver-1'), { wallMs }),
    argo: 'Progressing',
    kstatus: 'Terminating',
    base: deleting,
  },
];

describe('a status that the operator writes reads the same to every tool', () => {
  test.for(written)('$title is $argo to Argo CD and $kstatus to kstatus', async (row) => {
    const before = row.base ?? fresh;
    const object = { ...before, status: row.write(before) };
    expect((await runHealthScript(script, object)).status).toBe(row.argo);
    expect(kstatus(object)).toBe(row.kstatus);
  });
});
