/** Thousands of manifests grown from the CRD are judged alike, field by field, by the API server and by core. */

import { beforeAll, expect, test } from 'vitest';
import { edgeAppVersionDescriptor } from '../../src/kinds/edge-app-version/descriptor.ts';
import { createVersionValidator } from '../../src/kinds/edge-app-version/manifest.ts';
import { loadSchema } from '../../src/operator/load-crd.ts';
import { constraintsOf, ownConstraints } from './constraints.ts';
import { growCorpus, type Specimen, unknown } from './corpus.ts';
import { useCrdServer } from './crd-server.ts';
import { memberOf } from './grow-manifest.ts';
import { type Judgement, judgeInCore, judgeOnServer } from './judge.ts';

interface Judged {
  readonly specimen: Specimen;
  readonly server: Judgement;
  readonly core: Judgement;
}

/** Repeat a failure with its seed: `CORPUS_SEED=1 npx vitest run test/crds/corpus.test.ts`. */
const seed = Number(process.env.CORPUS_SEED ?? 20261124);
const running = useCrdServer();
const schema = loadSchema(edgeAppVersionDescriptor);
let corpus: Judged[];

beforeAll(async () => {
  const validate = createVersionValidator(schema);
  corpus = await Promise.all(
    growCorpus(schema, seed).map(async (specimen) => ({
      specimen,
      server: await judgeOnServer(running().api, specimen.manifest),
      core: judgeInCore(validate, specimen.manifest),
    })),
  );
});

test(`the API server and core judge at least 2,000 manifests alike (seed ${seed})`, () => {
  expect(corpus.length).toBeGreaterThanOrEqual(2000);
  const differing = corpus.filter(({ server, core }) => JSON.stringify(server) !== JSON.stringify(core));
  expect(differing.slice(0, 3), `${differing.length} of ${corpus.length}, seed ${seed}`).toEqual([]);
});

test(`a manifest is refused just where it was broken (seed ${seed})`, () => {
  const surprising = corpus.filter(({ specimen: { refused }, server }) => {
    if (refused === unknown) return false;
    return refused === undefined ? !server.accepted : !fieldsOf(server).includes(refused);
  });
  expect(surprising.slice(0, 3), `${surprising.length} of ${corpus.length}, seed ${seed}`).toEqual([]);
});

test('every rule and bound of the CRD is broken at least once', () => {
  const broken = new Set(
    corpus.filter(({ server }) => !server.accepted).map(({ specimen }) => specimen.label),
  );
  const all = [
    ...ownConstraints(schema).filter((constraint) => constraint !== 'type'),
    'metadata.name maxLength',
    ...constraintsOf(memberOf(schema, 'spec'), 'spec'),
  ];
  expect(all.length).toBeGreaterThan(150);
  expect(all.filter((constraint) => !broken.has(constraint))).toEqual([]);
});

function fieldsOf({ fields }: Judgement): string[] {
  return fields.map((field) => field.replaceAll(/\[\d+\]/g, '[]'));
}
