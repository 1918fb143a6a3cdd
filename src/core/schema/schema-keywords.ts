/** What a structural schema adds to JSON schema, as ajv keywords. */
import type { Ajv, ErrorObject, FuncKeywordDefinition } from 'ajv';
import { isRecord } from '../json/is-record.ts';
import { compileRules } from './cel-rules.ts';
import type { CelRule } from './schema-node.ts';

/** The keyword of `ErrorObject`s whose `params.fieldPath` goes on from the node. */
export const celKeyword = 'x-kubernetes-validations';
const listKeysKeyword = 'x-kubernetes-list-map-keys';

export function addStructuralKeywords(ajv: Ajv): void {
  ajv.addVocabulary(['x-kubernetes-list-type', 'x-kubernetes-map-type']);
  ajv.addKeyword(celRules);
  ajv.addKeyword(listMapKeys);
}

const celRules: FuncKeywordDefinition = {
  keyword: celKeyword,
  schemaType: 'array',
  compile(rules: readonly CelRule[]) {
    const judge = compileRules(rules);
    return reporting(celKeyword, (self) =>
      judge(self).map(({ message, ...params }) => ({ message, params })),
    );
  },
};

const listMapKeys: FuncKeywordDefinition = {
  keyword: listKeysKeyword,
  schemaType: 'array',
  type: 'array',
  compile(keys: readonly string[]) {
    return reporting(listKeysKeyword, (items) =>
      duplicates(items as readonly unknown[], keys).map((index) => ({
        message: `must not repeat the ${keys.join(' and ')} of an earlier item`,
        params: { fieldPath: `[${index}]` },
      })),
    );
  },
};

type Finding = Required<Pick<ErrorObject, 'message' | 'params'>>;

/** A validating function in ajv's form; ajv itself adds where the node is. */
function reporting(keyword: string, find: (data: unknown) => Finding[]) {
  const validate: { (data: unknown): boolean; errors?: Partial<ErrorObject>[] } = (data) => {
    validate.errors = find(data).map((finding) => ({ keyword, ...finding }));
    return validate.errors.length === 0;
  };
  return validate;
}

/** The index of the second item of each key, as the API server reports it: a third one is not named. */
function duplicates(items: readonly unknown[], keys: readonly string[]): number[] {
  if (items.some((item) => item !== null && !isRecord(item))) return [];
  const seen = new Map<string, number>();
  return items.flatMap((item, index) => {
    const key = JSON.stringify(keys.map((name) => (isRecord(item) ? item[name] : undefined)));
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    return times === 2 ? [index] : [];
  });
}
