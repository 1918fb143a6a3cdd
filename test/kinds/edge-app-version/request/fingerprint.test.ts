import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { CreateVersionRequest } from '../../../../src/cloud/create-request.ts';
import { edgeAppVersionDescriptor } from '../../../../src/kinds/edge-app-version/descriptor.ts';
import type { EdgeAppVersion } from '../../../../src/kinds/edge-app-version/edge-app-version.ts';
import { createVersionValidator } from '../../../../src/kinds/edge-app-version/manifest.ts';
import { fingerprint, isFingerprintOf } from '../../../../src/kinds/edge-app-version/request/fingerprint.ts';
import { formatMarker } from '../../../../src/kinds/edge-app-version/request/marker.ts';
import { defaultPacking } from '../../../../src/kinds/edge-app-version/request/packing.ts';
import { packingProblems } from '../../../../src/kinds/edge-app-version/request/packing-problems.ts';
import { toCreateRequest } from '../../../../src/kinds/edge-app-version/request/to-create-request.ts';
import { loadSchema } from '../../../../src/operator/load-crd.ts';
import { arbitraryVersion } from '../arbitrary-version.ts';

const packing = defaultPacking;
const golden = new URL('golden/', import.meta.url);
const manifests = readdirSync(golden).filter((file) => file.endsWith('.yaml'));

function requestOf(object: EdgeAppVersion): CreateVersionRequest {
  return toCreateRequest(object, { packing });
}

function readGolden(file: string): string {
  return readFileSync(new URL(file, golden), 'utf8');
}

describe('the golden manifests', () => {
  test('are twenty', () => {
    expect(manifests).toHaveLength(20);
  });

  /** The first CRD took an emoji in remarks; what was made from it keeps its fingerprint. */
  const outdated = '20-text-beyond-ascii.yaml';

  test('are valid, but for one that only the first CRD took', () => {
    const validate = createVersionValidator(loadSchema(edgeAppVersionDescriptor));
    expect(validate(parse(readGolden(outdated)))).toMatchObject({ issues: [{ path: 'spec.remarks' }] });
    for (const file of manifests.filter((name) => name !== outdated)) {
      const manifest = parse(readGolden(file));
      expect(validate(manifest), file).toMatchObject({ kind: 'valid' });
      expect(packingProblems(manifest, packing), file).toEqual([]);
    }
  });

  test.each(manifests)('%s has the request and the fingerprint it has always had', (file) => {
    const pinned = JSON.parse(readGolden(file.replace('.yaml', '.json')));
    const request = requestOf(parse(readGolden(file)));
    expect(JSON.stringify(request)).toBe(JSON.stringify(pinned.request));
    expect(fingerprint(request)).toBe(pinned.fingerprint);
  });
});

describe('the fingerprint', () => {
  test('is v1 and 64 hexadecimal digits', () => {
    fc.assert(
      fc.property(arbitraryVersion, (object) => {
        expect(fingerprint(requestOf(object))).toMatch(/^v1:[0-9a-f]{64}$/);
      }),
    );
  });

  test('stays when containers and variables change places', () => {
    fc.assert(
      fc.property(arbitraryVersion, (object) => {
        expect(fingerprint(requestOf(reversed(object)))).toBe(fingerprint(requestOf(object)));
      }),
    );
  });

  test('stays when the marker, which holds it, joins the remarks', () => {
    fc.assert(
      fc.property(arbitraryVersion, (object) => {
        const plain = fingerprint(requestOf(object));
        const marker = formatMarker({ ownerId: 'prod', namespace: 'shop', name: 'web', fingerprint: plain });
        expect(fingerprint(toCreateRequest(object, { packing, marker }))).toBe(plain);
      }),
    );
  });

  test('stays whether an optional field is undefined or absent', () => {
    fc.assert(
      fc.property(arbitraryVersion, (object) => {
        const request = requestOf(object);
        const loose = withUndefined(request) as CreateVersionRequest;
        expect(fingerprint(loose)).toBe(fingerprint(request));
      }),
    );
  });

  test('changes with any single value of the request, and with its absence', () => {
    fc.assert(
      fc.property(arbitraryVersion, fc.nat(), (object, choice) => {
        const request = requestOf(object);
        const leaves = leafPaths(request);
        const path = leaves[choice % leaves.length] ?? [];
        const original = fingerprint(request);
        expect(fingerprint(changedAt(request, path, another)), path.join('.')).not.toBe(original);
        if (path.at(-1) === 'Name') return;
        expect(fingerprint(changedAt(request, path, () => undefined)), path.join('.')).not.toBe(original);
      }),
      { numRuns: 500 },
    );
  });

  test('changes when ordered parts change places', () => {
    const [web] = manifests.filter((file) => file.includes('every-field'));
    const object: EdgeAppVersion = parse(readGolden(web ?? ''));
    const containers = object.spec.containers.map((container) => ({
      ...container,
      args: container.args?.toReversed() ?? [],
    }));
    const turned = { ...object, spec: { ...object.spec, containers } };
    expect(fingerprint(requestOf(turned))).not.toBe(fingerprint(requestOf(object)));
  });
});

describe('isFingerprintOf', () => {
  const request = requestOf(parse(readGolden('06-every-field.yaml')));
  const full = fingerprint(request);

  test.each([
    ['the whole fingerprint', full, true],
    ['the short form of a marker', full.slice(0, 15), true],
    ['a shorter beginning', full.slice(0, 14), false],
    ['a longer beginning', full.slice(0, 16), false],
    ['other digits', `v1:${'0'.repeat(64)}`, false],
    ['an algorithm that is not known', full.replace('v1', 'v9'), false],
    ['the name of a built-in member', 'constructor:0123456789ab', false],
    ['an empty text', '', false],
  ])('for %s (%s) is %s', (_what, stored, expected) => {
    expect(isFingerprintOf(stored, request)).toBe(expected);
  });
});

function reversed(object: EdgeAppVersion): EdgeAppVersion {
  const containers = object.spec.containers
    .map((container) => ({ ...container, ...(container.env && { env: container.env.toReversed() }) }))
    .reverse();
  return { ...object, spec: { ...object.spec, containers } };
}

function withUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUndefined);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, withUndefined(member)]);
  return { Later: undefined, ...Object.fromEntries(members), Another: undefined };
}

type Path = readonly string[];

function leafPaths(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, member]) => leafPaths(member, [...path, name]));
}

/** A copy of `request` with another value at `path`. */
function changedAt(
  request: CreateVersionRequest,
  path: Path,
  change: (value: unknown) => unknown,
): CreateVersionRequest {
  const copy = structuredClone(request);
  let parent = copy as unknown as Record<string, unknown>;
  for (const name of path.slice(0, -1)) parent = parent[name] as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  parent[last] = change(parent[last]);
  return copy;
}

/** Another value of the same type. */
function another(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return `${value}x`;
}
