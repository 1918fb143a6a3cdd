import { describe, expect, it } from 'vitest';
import type { ErrorStatus } from '../../../src/api/base-status.ts';
import type { Condition } from '../../../src/api/conditions.ts';
import { finalizer, type Reason } from '../../../src/kinds/edge-app-version/edge-app-version.ts';
import { nextStep, type Step } from '../../../src/kinds/edge-app-version/next-step.ts';
import type { Rival } from '../../../src/kinds/edge-app-version/rival.ts';
import { edgeAppVersion } from '../../support/manifests.ts';

const wallMs = Date.parse('2026-11-24T08:00:00Z');
const error: ErrorStatus = {
  operation: 'CreateEdgeContainerAppVersion',
  code: 'InvalidParameter.Image',
  message: 'refused',
  cause: 'The image is refused.',
  remedy: 'Correct it.',
  class: 'Terminal',
  attempts: 1,
  time: '2026-11-24T07:30:00Z',
  nextAttemptTime: '2026-11-24T08:30:00Z',
};
const stalled = (reason: Reason): Condition<Reason> => ({
  type: 'Stalled',
  status: 'True',
  observedGeneration: 1,
  lastTransitionTime: '2026-11-24T07:30:00Z',
  reason,
  message: 'stalled',
});
const versionUid = edgeAppVersion().metadata.uid;
const attempt = {
  id: 'a',
  uid: 'u',
  number: 1,
  name: 'shop-1-4-2',
  fingerprint: 'v1:00',
  startedAt: '2026-11-24T07:59:00Z',
  unknownBefore: false,
};
const deletionTimestamp = '2026-11-24T07:59:00Z';
const seen = { observedGeneration: 1 };

interface Case {
  readonly title: string;
  readonly object: Parameters<typeof edgeAppVersion>[0];
  readonly rival?: Rival;
  readonly issue?: string;
  readonly step: Partial<Step>;
}

const cases: Case[] = [
  { title: 'a new object is ensured', object: {}, step: { kind: 'ensure' } },
  {
    title: 'a finalizer is set before anything else under Delete',
    object: { spec: { deletionPolicy: 'Delete' } },
    step: { kind: 'setFinalizers', finalizers: [finalizer] },
  },
  {
    title: 'a finalizer is taken off under Retain, and those of others stay',
    object: { metadata: { finalizers: ['example.com/x', finalizer] } },
    step: { kind: 'setFinalizers', finalizers: ['example.com/x'] },
  },
  {
    title: 'a suspended object creates nothing',
    object: { spec: { suspend: true } },
    step: { kind: 'suspend' },
  },
  {
    title: 'an open attempt is resolved though suspended',
    object: { spec: { suspend: true }, status: { attempt } },
    step: { kind: 'ensure' },
  },
  {
    title: 'an open attempt does not wait for the time of the next try',
    object: { status: { ...seen, attempt, error, conditions: [stalled('InvalidRequest')] } },
    step: { kind: 'ensure' },
  },
  {
    title: 'an open attempt is resolved though the spec is refused today',
    object: { status: { attempt } },
    issue: 'spec.name',
    step: { kind: 'ensure' },
  },
  { title: 'a broken rule is refused', object: {}, issue: 'spec.name', step: { kind: 'refuse' } },
  {
    title: 'the second of two rivals is refused',
    object: {},
    rival: { key: 'shop/other', isHolder: true },
    step: { kind: 'refuse' },
  },
  {
    title: 'the second of two rivals may take what is its own while the first has nothing',
    object: {},
    rival: { key: 'shop/other', isHolder: false },
    step: { kind: 'reclaim' },
  },
  {
    title: 'a known id is followed',
    object: { status: { versionId: 'ver-1', versionUid } },
    step: { kind: 'follow' },
  },
  {
    title: 'a known id that was stored for another object is verified',
    object: { status: { versionId: 'ver-1', versionUid: 'another' } },
    step: { kind: 'verify' },
  },
  {
    title: 'a known id is followed though suspended, broken or rivalled',
    object: { spec: { suspend: true }, status: { versionId: 'ver-1', versionUid } },
    rival: { key: 'shop/other', isHolder: true },
    issue: 'spec.name',
    step: { kind: 'follow' },
  },
  {
    title: 'a problem rests until the time of the next try',
    object: { status: { ...seen, error, conditions: [stalled('InvalidRequest')] } },
    step: { kind: 'rest', forMs: 30 * 60_000 },
  },
  {
    title: 'a time of the next try that is absurdly far away is not waited for',
    object: { status: { ...seen, error: { ...error, nextAttemptTime: '2036-01-01T00:00:00Z' } } },
    step: { kind: 'rest', forMs: 66 * 60_000 },
  },
  {
    title: 'a changed spec does not rest',
    object: { metadata: { generation: 2 }, status: { ...seen, error } },
    step: { kind: 'ensure' },
  },
  {
    title: 'an object that is asked for does not rest',
    object: {
      metadata: { annotations: { 'esa.alibabacloud.com/requested-at': 'b' } },
      status: { ...seen, error, lastHandledRequestedAt: 'a' },
    },
    step: { kind: 'ensure' },
  },
  {
    title: 'a request that was handled is no reason not to rest',
    object: {
      metadata: { annotations: { 'esa.alibabacloud.com/requested-at': 'a' } },
      status: { ...seen, error, lastHandledRequestedAt: 'a' },
    },
    step: { kind: 'rest' },
  },
  {
    title: 'an object without valid credentials leaves the pace to the breaker',
    object: { status: { ...seen, error, conditions: [stalled('CredentialsInvalid')] } },
    step: { kind: 'ensure' },
  },
  {
    title: 'an object that is going without our finalizer is left alone',
    object: { metadata: { deletionTimestamp, finalizers: ['example.com/x'] } },
    step: { kind: 'rest' },
  },
  {
    title: 'an object that is going under Retain is let go',
    object: { metadata: { deletionTimestamp, finalizers: [finalizer] } },
    step: { kind: 'removeFinalizer' },
  },
  {
    title: 'an object that is going under Delete has its version deleted',
    object: { metadata: { deletionTimestamp, finalizers: [finalizer] }, spec: { deletionPolicy: 'Delete' } },
    step: { kind: 'delete' },
  },
  {
    title: 'an object that is going is let go when it is abandoned',
    object: {
      metadata: {
        deletionTimestamp,
        finalizers: [finalizer],
        annotations: { 'esa.alibabacloud.com/abandon': 'true' },
      },
      spec: { deletionPolicy: 'Delete' },
    },
    step: { kind: 'removeFinalizer' },
  },
  {
    title: 'an object that is going deletes nothing while suspended',
    object: {
      metadata: { deletionTimestamp, finalizers: [finalizer] },
      spec: { deletionPolicy: 'Delete', suspend: true },
    },
    step: { kind: 'suspend' },
  },
];

describe('the next step', () => {
  it.each(cases)('$title', ({ object, rival, issue, step }) => {
    const decided = nextStep(edgeAppVersion(object), {
      wallMs,
      findRival: () => rival,
      findIssues: () => (issue ? [{ path: issue, message: 'must hold' }] : []),
    });
    expect(decided).toMatchObject(step);
  });
});
