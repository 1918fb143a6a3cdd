/** Judges a manifest as the API server would judge its creation, by the same schema and without asking it. */
import { Ajv, type ErrorObject } from 'ajv';
import {
  apiVersion,
  type EdgeAppVersionSpec,
  type EdgeAppVersionStatus,
  kind,
  type ObjectMeta,
} from './edge-app-version.ts';
import type { Issue } from './issue.ts';
import { effectiveName, metadataIssues, unreadableMetadata } from './object-metadata.ts';
import { decode, isObject } from './schema-decode.ts';
import { addStructuralKeywords, celKeyword } from './schema-keywords.ts';
import { describeError } from './schema-message.ts';
import type { SchemaNode } from './schema-node.ts';
import { childPath, toFieldPath } from './schema-path.ts';

/** An `EdgeAppVersion` that the API server may never have seen: its metadata is what somebody wrote. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec: EdgeAppVersionSpec;
  readonly status: EdgeAppVersionStatus;
}

export type Metadata = Partial<ObjectMeta> & { readonly generateName?: string };

export type Verdict =
  /** `object` is a copy with the schema's defaults filled in. */
  | { readonly kind: 'valid'; readonly object: Manifest }
  /** At least one issue. */
  | { readonly kind: 'invalid'; readonly issues: readonly Issue[] };

export type Validator = (object: unknown) => Verdict;

/** Errors after which the API server does not run the CEL rules (apiextensions-apiserver, hasBlockingErr). */
const blockingKeywords = new Set(['required', 'type', 'enum', 'maxLength', 'maxItems']);

/**
 * Compiles the schema and its CEL rules once. The validator refuses what a create with `fieldValidation=Strict` would,
 * in the same order: first what cannot be read or has no place in the schema, then what breaks it.
 * @throws where the schema or one of its rules is not well formed
 */
export function createValidator(schema: SchemaNode): Validator {
  const checkSchema = compileSchema(schema);
  return (object) => {
    if (!isObject(object)) return { kind: 'invalid', issues: [{ path: '', message: 'must be an object' }] };
    const { apiVersion: _, kind: __, metadata, ...content } = object;
    const { value, unknownFields } = decode(content, schema);
    const unreadable = [...headIssues(object), ...unknownFields.map(unknownField)];
    if (unreadable.length > 0) return { kind: 'invalid', issues: unreadable };

    // A create never sets the status, so the API server does not judge it.
    const { status, ...judged } = value as { status: EdgeAppVersionStatus; spec: EdgeAppVersionSpec };
    const head = (metadata ?? {}) as Metadata;
    const issues = [...metadataIssues(head), ...checkSchema(judged, effectiveName(head))];
    if (issues.length > 0) return { kind: 'invalid', issues };
    return { kind: 'valid', object: { apiVersion, kind, metadata: head, ...judged, status } };
  };
}

/** What is wrong with the members that every kind has. */
function headIssues(object: Readonly<Record<string, unknown>>): Issue[] {
  const wrongTypes = Object.entries({ apiVersion, kind }).filter(([path, wanted]) => object[path] !== wanted);
  return [
    ...wrongTypes.map(([path, wanted]) => ({ path, message: `must be ${wanted}` })),
    ...unreadableMetadata(object.metadata ?? {}),
  ];
}

function compileSchema(schema: SchemaNode): (content: object, name: string | undefined) => Issue[] {
  const ajv = new Ajv({ allErrors: true, validateFormats: false });
  addStructuralKeywords(ajv);
  const validate = ajv.compile(schema);
  return (content, name) => {
    const object = { ...content, metadata: name === undefined ? {} : { name } };
    validate(object);
    const errors = validate.errors ?? [];
    const isBlocked = name === undefined || errors.some(({ keyword }) => blockingKeywords.has(keyword));
    return errors
      .filter(({ keyword }) => !(isBlocked && keyword === celKeyword))
      .map((error) => ({ path: pathOf(error, object), message: describeError(error) }));
  };
}

function pathOf({ instancePath, params }: ErrorObject, object: object): string {
  const node = toFieldPath(instancePath, object);
  if (params.missingProperty !== undefined) return childPath(node, params.missingProperty);
  return `${node}${params.fieldPath ?? ''}`.replace(/^\./, '');
}

function unknownField(path: string): Issue {
  return { path, message: 'is no field of this resource; mind the spelling and the indentation' };
}
