/** Says for people what a keyword of the schema asks for. */
import type { ErrorObject } from 'ajv';
import type { SchemaNode } from './schema-node.ts';

type Describe = (params: Readonly<Record<string, unknown>>) => string;

const descriptions: Readonly<Record<string, Describe>> = {
  required: () => 'must be set',
  type: ({ type }) =>
    type === 'string'
      ? 'must be a string; put quotes around a number, true or false'
      : `must be of type ${type}`,
  enum: ({ allowedValues }) => `must be one of ${(allowedValues as string[]).join(', ')}`,
  minLength: ({ limit }) => `must have at least ${limit} character${limit === 1 ? '' : 's'}`,
  maxLength: ({ limit }) => `must have at most ${limit} characters`,
  minItems: ({ limit, isRequired }) =>
    `must have at least ${limit} item${limit === 1 ? '' : 's'}${isRequired ? '' : ', or be absent'}`,
  maxItems: ({ limit }) => `must have at most ${limit} items`,
  minimum: ({ limit }) => `must be ${limit} or more`,
  maximum: ({ limit }) => `must be ${limit} or less`,
};

/** @param schema the one that `error` is about, from its root */
export function describeError(error: ErrorObject, schema: SchemaNode): string {
  const { keyword, params, message = keyword } = error;
  const describe = Object.hasOwn(descriptions, keyword) ? descriptions[keyword] : undefined;
  return describe?.({ ...params, isRequired: isRequired(error, schema) }) ?? message;
}

/** Whether the member that the error is about must be there. */
function isRequired({ instancePath }: ErrorObject, schema: SchemaNode): boolean {
  const names = instancePath.split('/').slice(1);
  const member = names.pop() ?? '';
  const parent = names.reduce<SchemaNode | undefined>(
    (node, name) => node?.items ?? node?.properties?.[name],
    schema,
  );
  return parent?.required?.includes(member) ?? false;
}
