/** Says for people what a keyword of the schema asks for. */
import type { ErrorObject } from 'ajv';

type Describe = (params: Readonly<Record<string, unknown>>) => string;

const descriptions: Readonly<Record<string, Describe>> = {
  required: () => 'must be set',
  type: ({ type }) => `must be of type ${type}`,
  enum: ({ allowedValues }) => `must be one of ${(allowedValues as string[]).join(', ')}`,
  minLength: ({ limit }) => `must have at least ${limit} character${limit === 1 ? '' : 's'}`,
  maxLength: ({ limit }) => `must have at most ${limit} characters`,
  minItems: ({ limit }) => `must have at least ${limit} item${limit === 1 ? '' : 's'}, or be absent`,
  maxItems: ({ limit }) => `must have at most ${limit} items`,
  minimum: ({ limit }) => `must be ${limit} or more`,
  maximum: ({ limit }) => `must be ${limit} or less`,
};

export function describeError({ keyword, params, message = keyword }: ErrorObject): string {
  return descriptions[keyword]?.(params) ?? message;
}
