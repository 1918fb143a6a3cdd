import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { readManifests } from '../../src/cli/manifest-file.ts';
import { findBinary } from '../control-plane/binaries.ts';

const words =
  `0o17 017 0x1F 1_000 yes No on Off y N 12:30 190:20:30 ~ null NULL 2026-01-01 2026-01-01T00:00:00Z 1e3 1.5e+3
  .5 +12 0b11 089 08 1. TRUE tRUE 0.1_0 -0o17 0X1F 0O17 0B1 = 18446744073709551615 9007199254740993 0_7 -0x1F 1e 0o8 +.5
  1_000.5 0x_1 yEs 12345678901234567890123 1__0 -017 1E400 +0o17 0o1_7 1e-2 685.230_15e+03 -1:30 0o 0o17.0 . + 1..2 1_ _1
  0b 0x 0xg << 0. 00 0.0 -0 1_0e1_0 5.e3 0b_1 3. 0o0 1e3.5 0_ infinity nan 1e1000 1.2.3 1-2`.split(/\s+/);
const tagged = [
  '!!str 12',
  '!!int "12"',
  '!!float 3',
  '!!bool yes',
  '!!binary aGk=',
  '!!timestamp 2026-01-01',
];

test('plain words are what the real kubectl takes them for', async () => {
  const values = [...words, ...tagged].map((word, index) => `  v${index}: ${word}\n`);
  const text = `apiVersion: v1\nkind: A\nmetadata: {name: a}\nx:\n${values.join('')}`;
  const kubectl = await findBinary('kubectl');
  const printed = execFileSync(kubectl, ['annotate', '--local', '-f', '-', 'a=b', '-o', 'json'], {
    input: text,
  });
  const { broken, manifests } = readManifests(text);
  expect(broken).toEqual([]);
  expect(manifests[0]?.object.x).toEqual(JSON.parse(printed.toString()).x);
});

test.each(['.inf', '-.Inf', '.nan', '.NAN'])(
  '%s, which JSON cannot hold, is refused as by kubectl',
  (word) => {
    expect(readManifests(`kind: A\nx: ${word}\n`).broken[0]).toMatchObject([
      { position: { line: 2, column: 4 }, message: expect.stringContaining('no number') },
    ]);
  },
);
