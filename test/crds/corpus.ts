/** A corpus of manifests grown from the CRD: valid ones, some for each rule and bound, and some with several faults. */
import fc from 'fast-check';
import type { SchemaNode } from '../../src/core/schema/schema-node.ts';
import { growManifest, type Manifest, memberOf } from './grow-manifest.ts';
import { type Mutation, mutationsOf } from './mutations.ts';

export interface Specimen {
  readonly label: string;
  readonly manifest: Manifest;
  /** The field that must be refused, its items as `[]`; undefined: none; `unknown`: the judges only have to agree. */
  readonly refused: string | undefined | typeof unknown;
}

export const unknown = Symbol('unknown');

const perMutation = 5;
const valid = 300;
const mixed = 300;

export function growCorpus(schema: SchemaNode, seed: number): Specimen[] {
  let next = seed;
  const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number) => {
    next += 1;
    return fc.sample(arbitrary, { seed: next, numRuns });
  };
  const sound = sample(growManifest(schema), valid).map((manifest) => ({
    label: 'valid',
    manifest,
    refused: undefined,
  }));
  const faulty = [...grafted(schema), ...named(schema)].flatMap(({ manifests, ...specimen }) =>
    sample(manifests, perMutation).map((manifest) => ({ ...specimen, manifest })),
  );
  const one = fc.constantFrom(...faulty);
  return [...sound, ...faulty, ...sample(fc.tuple(one, one), mixed).map(mix)];
}

type Strain = Omit<Specimen, 'manifest'> & { readonly manifests: fc.Arbitrary<Manifest> };

function grafted(schema: SchemaNode): Strain[] {
  const { maxLength = 0 } = memberOf(memberOf(schema, 'metadata'), 'name');
  const mutations: Mutation[] = [
    {
      label: 'required spec',
      refused: 'spec',
      graft: { path: ['spec'], value: fc.constantFrom(null, undefined) },
    },
    {
      label: 'metadata.name maxLength',
      refused: 'metadata.name',
      graft: { path: ['metadata', 'name'], value: fc.constant('x'.repeat(maxLength + 1)) },
    },
    ...mutationsOf(memberOf(schema, 'spec'), ['spec']),
  ];
  return mutations.map(({ graft, ...strain }) => ({ ...strain, manifests: growManifest(schema, graft) }));
}

/** The one rule of the root about a create: a short name of the object cannot stand in for the version's name. */
function named(schema: SchemaNode): Strain[] {
  const manifests = (name: RegExp) =>
    fc.tuple(growManifest(schema), fc.stringMatching(name)).map(([manifest, name]) => {
      const { name: _, ...spec } = manifest.spec;
      return { ...manifest, metadata: { name }, spec };
    });
  const rules = (schema['x-kubernetes-validations'] ?? []).filter(({ optionalOldSelf }) => optionalOldSelf);
  return rules.flatMap(({ message }) => [
    { label: message, refused: 'spec.name', manifests: manifests(/^[a-z]{1,5}$/) },
    {
      label: 'a name of the object just long enough',
      refused: undefined,
      manifests: manifests(/^[a-z]{6}$/),
    },
  ]);
}

/** The containers of both, the other fields of either. */
function mix([one, other]: [Specimen, Specimen]): Specimen {
  const lists = [one.manifest.spec?.containers, other.manifest.spec?.containers].filter(Array.isArray);
  const containers = lists.length === 0 ? {} : { containers: lists.flat() };
  const spec = { ...other.manifest.spec, ...one.manifest.spec, ...containers };
  return { label: `${one.label}; ${other.label}`, manifest: { ...one.manifest, spec }, refused: unknown };
}
