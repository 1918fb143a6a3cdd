import { describe, expect, it } from 'vitest';
import type { ErrorStatus } from '../../../../src/api/base-status.ts';
import { EsaError } from '../../../../src/core/errors/esa-error.ts';
import { readProblem } from '../../../../src/core/errors/problem.ts';
import {
  claimed,
  deleting,
  failing,
  recorded,
  stillFailing,
  suspended,
  waiting,
} from '../../../../src/kinds/edge-app-version/status/status.ts';
import { edgeAppVersion } from '../../../support/manifests.ts';
import { esaError } from '../../../support/memory-esa.ts';
import { brokenRules } from '../../../support/status-rules.ts';

const wallMs = Date.parse('2026-11-24T08:00:00Z');
const object = edgeAppVersion({ metadata: { generation: 3 } });
const attempt = {
  id: 'a',
  uid: object.metadata.uid,
  number: 2,
  name: 'shop-1-4-2',
  fingerprint: 'v1:00',
  startedAt: '2026-11-24T07:59:00Z',
  unknownBefore: false,
};
const known = {
  versionId: 'ver-1',
  versionName: 'shop-1-4-2',
  versionStatus: 'created',
  origin: 'Created',
  fingerprint: 'v1:00',
} as const;
const denied = readProblem(esaError('NoPermission', { httpStatus: 403 }));

const failed = failing(object, denied, { wallMs, nextAttemptMs: wallMs + 60_000 });

describe('every status the operator writes', () => {
  it.each([
    ['claimed', claimed(object, attempt, wallMs)],
    ['created', recorded(object, known, { wallMs })],
    ['creating', recorded(object, { ...known, versionStatus: 'creating' }, { wallMs })],
    ['failed', recorded(object, { ...known, versionStatus: 'failed' }, { wallMs })],
    ['failing', failed],
    ['still failing', stillFailing({ ...object, status: failed }, { wallMs, nextAttemptMs: wallMs })],
    ['suspended', suspended(object, wallMs)],
    ['waiting', waiting(object, 'waiting', wallMs)],
    ['deleting', deleting(object, 'deleting', wallMs)],
  ])('%s keeps the rules of kstatus and has seen the generation', (_, status) => {
    expect(brokenRules({ ...object, status })).toEqual([]);
    expect(status.observedGeneration).toBe(3);
  });

  it('moves a transition time only with its condition', () => {
    const later = failing({ ...object, status: failed }, denied, { wallMs: wallMs + 60_000 });
    expect(later.conditions?.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual([
      '2026-11-24T08:00:00Z',
      '2026-11-24T08:00:00Z',
    ]);
    const ready = recorded({ ...object, status: later }, known, { wallMs: wallMs + 120_000 });
    expect(ready.conditions).toMatchObject([
      { type: 'Ready', status: 'True', lastTransitionTime: '2026-11-24T08:02:00Z' },
    ]);
  });

  it('counts how often in a row the same error came back', () => {
    const second = failing({ ...object, status: failed }, denied, { wallMs });
    expect(second.error?.attempts).toBe(2);
    const other = readProblem(esaError('Throttling', { httpStatus: 400 }));
    expect(failing({ ...object, status: second }, other, { wallMs }).error?.attempts).toBe(1);
  });

  it('keeps texts of the cloud within the bounds of the CRD', () => {
    const endless = new EsaError({
      operation: 'ListEdgeContainerAppVersions',
      code: 'X'.repeat(5000),
      message: 'm'.repeat(100_000),
      requestId: 'r'.repeat(5000),
    });
    const { error, requestId, conditions } = failing(object, readProblem(endless), { wallMs });
    expect(error?.code).toMatch(/^X{1000}\.\.\. \[cut\]$/);
    expect(error?.message.length).toBeLessThanOrEqual(32_768);
    expect(requestId?.length).toBeLessThanOrEqual(1024);
    expect(conditions?.[0]?.message.length).toBeLessThanOrEqual(32_768);
  });

  it('carries no link on that release 0.1 stored', () => {
    const error = { ...failed.error, helpUrl: 'https://example.com' } as ErrorStatus;
    const old = { ...object, status: { ...failed, error } };
    for (const status of [claimed(old, attempt, wallMs), stillFailing(old, { wallMs })]) {
      expect(status.error).toMatchObject({ code: 'NoPermission' });
      expect(status.error).not.toHaveProperty('helpUrl');
    }
  });
});
