import { expect, it } from 'vitest';
import type { EdgeAppVersionStatus } from '../../../src/core/edge-app-version.ts';
import { esaError } from '../../support/memory-esa.ts';
import { settleDelayMs, spacingMs, World } from './world.ts';

const provenMs = settleDelayMs + 2 * spacingMs + 1000;

it('keeps a version Ready when it cannot be seen for a while', async () => {
  await using world = new World();
  await world.apply();
  const error = esaError('ServiceUnavailable', { operation: 'GetEdgeContainerAppVersion', httpStatus: 503 });
  world.esa.failNext('get', { kind: 'before', error });
  await world.annotate({ 'esa.alibabacloud.com/requested-at': '1' });
  expect(world.summary()).toBe('True/Created');
  await world.clock.advance(5000);
  expect(world.status().lastHandledRequestedAt).toBe('1');
});

it('reports a version that somebody deleted, when asked to look', async () => {
  await using world = new World();
  await world.apply();
  world.esa.versions.length = 0;
  await world.annotate({ 'esa.alibabacloud.com/requested-at': '1' });
  expect(world.summary()).toBe('True/Created');
  await world.clock.advance(provenMs);
  expect(world.summary()).toBe('False/VersionMissing Stalled');
  expect(world.status().versionId).toBeDefined();
  await world.clock.advance(5 * 3_600_000);
  expect(world.summary()).toBe('False/VersionMissing Stalled');
  expect(world.esa.count('create')).toBe(1);
});

it('looks at versions at rest only where that is switched on', async () => {
  await using world = new World({ settings: { verifyIntervalMs: 3_600_000 } });
  await world.apply();
  const gets = world.esa.count('get');
  await world.clock.advance(3 * 3_600_000);
  expect(world.esa.count('get')).toBeGreaterThan(gets + 1);
  expect(world.summary()).toBe('True/Created');
  world.esa.versions.length = 0;
  await world.clock.advance(2 * 3_600_000);
  expect(world.summary()).toBe('False/VersionMissing Stalled');
});

it('follows a build that turns out failed, then created after all', async () => {
  await using world = new World({ esa: { firstStatus: 'creating' } });
  await world.apply();
  for (const version of world.esa.versions) version.status = 'failed';
  await world.clock.advance(60_000);
  expect(world.summary()).toBe('False/BuildFailed Stalled');
  for (const version of world.esa.versions) version.status = 'created';
  await world.clock.advance(67 * 60_000);
  expect(world.summary()).toBe('True/Created');
  expect(world.status()).not.toHaveProperty('error');
});

it('says what keeps it from seeing a build', async () => {
  await using world = new World({ esa: { firstStatus: 'creating' } });
  await world.apply();
  const error = esaError('NoPermission', { operation: 'GetEdgeContainerAppVersion', httpStatus: 403 });
  world.esa.failNext('get', { kind: 'before', error });
  await world.clock.advance(2000);
  expect(world.summary()).toBe('False/PermissionDenied Stalled');
  for (const version of world.esa.versions) version.status = 'created';
  await world.clock.advance(67 * 60_000);
  expect(world.summary()).toBe('True/Created');
});

it('has seen a new generation that changes nothing in the cloud without a call', async () => {
  await using world = new World();
  await world.apply();
  const calls = world.esa.calls.length;
  await world.edit((object) => ({ ...object, spec: { ...object.spec, suspend: true } }));
  expect(world.status().observedGeneration).toBe(2);
  expect(world.summary()).toBe('True/Created');
  expect(world.esa.calls.length).toBe(calls);
});

it('writes a status again that somebody took away from an object at rest', async () => {
  await using world = new World();
  await world.apply({ spec: { suspend: true } });
  await world.edit((object) => ({ ...object, status: { observedGeneration: -1 } }));
  expect(world.summary()).toBe('False/Suspended');
});

it('takes up an attempt again that a restored status has open', async () => {
  await using world = new World();
  const earlier: EdgeAppVersionStatus[] = [];
  world.store.onChange(({ new: after }) => after?.status?.attempt && earlier.push(after.status));
  world.esa.failNext('create', {
    kind: 'before',
    error: esaError('InvalidParameter.Image', { httpStatus: 400 }),
  });
  await world.apply();
  expect(world.summary()).toBe('False/InvalidRequest Stalled');
  const [open] = earlier;
  await world.edit((object) => ({ ...object, ...(open && { status: open }) }));
  expect(world.status().attempt).toBeDefined();
  await world.clock.advance(provenMs + 10_000);
  expect(world.summary()).toBe('True/Created');
  expect(world.esa.count('create')).toBe(2);
});

it('finds the version again whose id a restored status lacks', async () => {
  await using world = new World();
  world.esa.add({ name: 'shop-1-4-2' });
  await world.apply();
  expect(world.summary()).toBe('False/Conflict Stalled');
  const before = world.status();
  world.esa.versions.pop();
  await world.annotate({ 'esa.alibabacloud.com/requested-at': 'now' });
  expect(world.summary()).toBe('True/Created');
  const { versionId } = world.status();
  await world.edit((object) => ({ ...object, status: before }));
  expect(world.status()).toMatchObject({ versionId, origin: 'Created' });
  expect(world.esa.count('create')).toBe(1);
});
