import { describe, expect, it } from 'vitest';
import { nameAt, settledEntries } from '../../../bench/settled/settled-objects.ts';
import { isLive, toCached } from '../../../src/kinds/edge-app-version/cached-version.ts';
import type { EdgeAppVersion } from '../../../src/kinds/edge-app-version/edge-app-version.ts';
import { edgeAppVersion } from '../../support/manifests.ts';
import { brokenRules } from '../../support/status-rules.ts';

const template = JSON.stringify(edgeAppVersion({ metadata: { namespace: 'settled', name: nameAt(0) } }));
const entries = [...settledEntries(template, 250)];
const objects = entries.map(({ value }) => JSON.parse(value) as EdgeAppVersion);

describe('the objects at rest', () => {
  it('need nothing of the operator', () => {
    expect(objects.filter((object) => isLive(toCached(object)))).toEqual([]);
  });

  it('have a status as the operator leaves it', () => {
    expect(objects.flatMap(brokenRules)).toEqual([]);
  });

  it.each([
    { what: 'key in etcd', values: entries.map(({ key }) => key) },
    { what: 'uid', values: objects.map(({ metadata }) => metadata.uid) },
    { what: 'version', values: objects.map(({ status }) => status?.versionId) },
    { what: 'fingerprint', values: objects.map(({ status }) => status?.fingerprint) },
  ])('have each a $what of their own', ({ values }) => {
    expect(new Set(values).size).toBe(250);
  });

  it('share an app by the hundred', () => {
    expect(new Set(objects.map(({ spec }) => spec.appId)).size).toBe(3);
  });

  it('stand in etcd under the name that they have', () => {
    expect(entries.at(-1)?.key).toBe(`/registry/esa.alibabacloud.com/edgeappversions/settled/${nameAt(249)}`);
    expect(objects.at(-1)?.metadata.name).toBe(nameAt(249));
  });
});
