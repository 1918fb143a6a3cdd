import { describe, expect, it } from 'vitest';
import {
  holds,
  isLive,
  isSettled,
  targetOf,
  toCached,
  waitsForCredentials,
} from '../../../src/kinds/edge-app-version/cached-version.ts';
import type { EdgeAppVersion } from '../../../src/kinds/edge-app-version/edge-app-version.ts';
import { container, edgeAppVersion } from '../../support/manifests.ts';

const text = 'x'.repeat(1_000_000);
const lines = Array.from({ length: 10_000 }, (_, index) => `line-${index}.example.com/value`);
const map = Object.fromEntries(lines.map((line) => [line, '']));
const owners = { ownerReferences: lines.map((name) => ({ apiVersion: 'v1', kind: 'Pod', name, uid: name })) };
const env = lines.map((name) => ({ name, value: '' }));
const stalled = { type: 'Stalled', status: 'True', reason: 'CredentialsInvalid', message: text } as never;

describe('the head of a large object is all that is kept of it', () => {
  it.each<[string, EdgeAppVersion]>([
    ['annotations', edgeAppVersion({ metadata: { annotations: { note: text } } })],
    ['many annotations', edgeAppVersion({ metadata: { annotations: map } })],
    ['labels', edgeAppVersion({ metadata: { labels: map } })],
    ['owners', edgeAppVersion({ metadata: owners as object })],
    ['finalizers of others', edgeAppVersion({ metadata: { finalizers: lines } })],
    [
      'a wish for a try',
      edgeAppVersion({ metadata: { annotations: { 'esa.alibabacloud.com/requested-at': text } } }),
    ],
    ['variables', edgeAppVersion({ spec: { containers: [container({ env })] } })],
    ['a status', edgeAppVersion({ status: { conditions: [stalled] } })],
    ['members that nobody knows', { ...edgeAppVersion(), more: lines } as EdgeAppVersion],
  ])('where it is large by its %s', (_, object) => {
    const cached = toCached(object);
    expect([isLive(cached), isSettled(cached)]).toEqual([false, false]);
    expect(JSON.stringify(cached).length).toBeLessThan(800);
    expect(targetOf(cached)).toBe(targetOf(object));
    expect(cached.metadata.uid).toBe(object.metadata.uid);
  });

  it('says whether it holds its target, and whether it waits for credentials', () => {
    const large = { metadata: { annotations: { note: text } } };
    const cached = (status: object) => toCached(edgeAppVersion({ ...large, status }));
    expect([{}, { versionId: 'v' }, { attempt: {} }].map(cached).map(holds)).toEqual([false, true, true]);
    expect([{}, { conditions: [stalled] }].map(cached).map(waitsForCredentials)).toEqual([false, true]);
  });

  it("does not come of kubectl's copy of the manifest or of managed fields", () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': text, kept: 'yes' };
    const managed = { managedFields: lines } as object;
    const cached = toCached(edgeAppVersion({ metadata: { ...managed, annotations } }));
    expect(isLive(cached) && cached.metadata.annotations).toEqual({ kept: 'yes' });
    expect(cached.metadata).not.toHaveProperty('managedFields');
  });
});

it.each<[string, object]>([
  ['spec.appId', { spec: undefined }],
  ['spec.appId', { spec: null }],
  ['spec.appId', { spec: { appId: 5 } }],
  ['spec.name', { spec: { appId: 'app-1', name: {} } }],
  ['status.conditions', { status: { conditions: 'none' } }],
  ['status.conditions', { status: { conditions: [null] } }],
])('an object is refused by the name of the member that others would fail on: %s', (path, members) => {
  expect(() => toCached({ ...edgeAppVersion(), ...members } as EdgeAppVersion)).toThrow(path);
});
