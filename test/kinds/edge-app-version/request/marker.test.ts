import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRules } from '../../../../src/core/schema/cel-rules.ts';
import { edgeAppVersionDescriptor } from '../../../../src/kinds/edge-app-version/descriptor.ts';
import {
  addMarker,
  formatMarker,
  parseMarker,
  withoutMarker,
} from '../../../../src/kinds/edge-app-version/request/marker.ts';
import { loadSchema } from '../../../../src/operator/load-crd.ts';
import { memberOf } from '../../../crds/grow-manifest.ts';

const digest = '0123456789abcdef'.repeat(4);
const owner = { ownerId: 'prod-1', namespace: 'shop', name: 'shop-1.4.2' };
const marker = '[k8s owner=prod-1/shop/shop-1.4.2 spec=v1:0123456789ab]';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const anyOwner = fc.record({
  ownerId: fc.stringMatching(/^[a-z0-9-]{1,63}$/),
  namespace: label,
  name: fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/),
});
const anyFingerprint = fc.stringMatching(/^v1:[0-9a-f]{64}$/);
const anyRemarks = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('[', ']', 'k8s', ' ', '\n', '\r', 'owner=', 'a/b/c'), maxLength: 12 }),
);

describe('formatMarker', () => {
  test('names owner and short fingerprint', () => {
    expect(formatMarker({ ...owner, fingerprint: `v1:${digest}` })).toBe(marker);
  });

  test('has at most 226 characters, so that it fits behind 512 characters of remarks', () => {
    const longest = 'a'.repeat(63);
    const text = formatMarker({
      ownerId: longest,
      namespace: longest,
      name: longest,
      fingerprint: `v1:${digest}`,
    });
    expect(text.length).toBeLessThanOrEqual(226);
    expect(addMarker('r'.repeat(512), text).length).toBeLessThanOrEqual(1024);
  });
});

describe('parseMarker', () => {
  test.each([
    ['alone', marker],
    ['after remarks', `spring release\n${marker}`],
    ['with white space around it', `spring release \r\n\t ${marker} \r\n`],
    ['with no white space around it', `spring release${marker}`],
    ['after another bracket', `release [build 7] of [shop\n${marker}`],
    ['after the marker of another owner', `[k8s owner=x/y/z spec=v1:ffffffffffff]\n${marker}`],
    ['with its white space changed', `spring\n${marker.replaceAll(' ', '\n')}`],
  ])('reads a marker %s', (_where, remarks) => {
    expect(parseMarker(remarks)).toEqual({ owner, spec: 'v1:0123456789ab' });
  });

  test.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['a text without a bracket', 'spring release'],
    ['another bracket', 'spring release [build 7]'],
    ['a marker with text behind it', `${marker} edited`],
    ['a marker before another bracket', `${marker} [edited]`],
    ['a marker that is cut off', marker.slice(0, -1)],
    ['a marker with a digit too few', marker.replace('ab]', 'a]')],
    ['a marker with a digit too many', marker.replace('ab]', 'abc]')],
    ['a marker without a name', marker.replace('/shop-1.4.2', '')],
    ['a marker with upper case', marker.replace('prod', 'PROD')],
  ])('finds none in %s', (_what, remarks) => {
    expect(parseMarker(remarks)).toBeUndefined();
  });

  test('reads back what formatMarker wrote behind any remarks', () => {
    fc.assert(
      fc.property(anyRemarks, anyOwner, anyFingerprint, (remarks, who, fingerprint) => {
        const noted = addMarker(remarks, formatMarker({ ...who, fingerprint }));
        expect(parseMarker(noted)).toEqual({ owner: who, spec: fingerprint.slice(0, 15) });
      }),
    );
  });
});

/** What the schema lets a user write, with many near misses of a marker among it. */
const { properties: { remarks: schema } = {} } = memberOf(loadSchema(edgeAppVersionDescriptor), 'spec');
const rules = compileRules(schema?.['x-kubernetes-validations'] ?? []);
const spaced = fc.stringMatching(/^[ \t\n\v\f\r\u00a0\u2003\u2028\ufeff]{0,2}$/);
const nearMiss = fc
  .tuple(spaced, spaced, spaced, spaced, spaced)
  .map(([a, b, c, d, e]) => `[${a}k8s${b}owner=x/y/z${c}spec=v1:ffffffffffff${d}]${e}`);
const allowedRemarks = fc
  .array(fc.oneof(nearMiss, anyRemarks), { maxLength: 3 })
  .map((parts) => parts.join(''))
  .filter((remarks) => rules(remarks).length === 0);

describe('remarks that the CRD takes', () => {
  test('never read as a marker, and never hide or change the one behind them', () => {
    const print = `v1:${digest}`;
    fc.assert(
      fc.property(allowedRemarks, (remarks) => {
        expect(parseMarker(remarks)).toBeUndefined();
        expect(withoutMarker(remarks)).toBe(remarks);
        const noted = addMarker(remarks, formatMarker({ ...owner, fingerprint: print }));
        expect(parseMarker(noted)).toEqual({ owner, spec: print.slice(0, 15) });
        expect(withoutMarker(noted)).toBe(remarks);
      }),
      { numRuns: 2000 },
    );
  });

  test('are refused where they would read as one', () => {
    fc.assert(
      fc.property(nearMiss, anyRemarks, (mark, before) => {
        const remarks = `${before}${mark}`;
        if (parseMarker(remarks) !== undefined) expect(rules(remarks)).not.toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('withoutMarker', () => {
  test('gives back any remarks that addMarker was given', () => {
    fc.assert(
      fc.property(anyRemarks, (remarks) => {
        expect(withoutMarker(addMarker(remarks, marker))).toBe(remarks);
      }),
    );
  });

  test.each(['', 'spring release', 'spring [build 7]', `${marker} edited`])('leaves %j alone', (remarks) => {
    expect(withoutMarker(remarks)).toBe(remarks);
  });
});
