/** Judges a manifest as the API server would judge its creation, by the same schema and without asking it. */
import { Ajv, type ErrorObject } from 'ajv';
import { isRecord } from '../json/is-record.ts';
import { type Issue, mostIssues } from './issue.ts';
import { effectiveName, metadataIssues, type NamedMetadata, unreadableMetadata } from './object-metadata.ts';
import { decode } from './schema-decode.ts';
import { addStructuralKeywords, celKeyword } from './schema-keywords.ts';
import { describeError } from './schema-message.ts';
import type { SchemaNode } from './schema-node.ts';
import { childPath, toFieldPath } from './schema-path.ts';

/** An object that the API server may never have seen: its metadata is what somebody wrote. */
export interface Manifest<Spec, Status> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: NamedMetadata;
  readonly spec: Spec;
  readonly status: Status;
}

/** @typeParam M the manifest as the schema describes it */
export type Verdict<M> =
  /** `object` is a copy with the schema's defaults filled in. */
  | { readonly kind: 'valid'; readonly object: M }
  /** At least one issue; `object` where every member has the type of the schema and none is missing. */
  | { readonly kind: 'invalid'; readonly issues: readonly Issue[]; readonly object?: M };

export type Validator<M> = (object: unknown) => Verdict<M>;

/** What a CRD says of one version of its kind. */
export interface KindSchema {
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: SchemaNode;
}

/** Errors after which the API server does not run the CEL rules (apiextensions-apiserver, hasBlockingErr). */
const blockingKeywords = new Set(['required', 'type', 'enum', 'maxLength', 'maxItems']);

export interface ValidatorOptions {
  /** Every issue at once, also those that the API server tells only once others are mended. */
  readonly isThorough?: boolean;
  /**
   * The object was read from the API server, which has judged its metadata and may know fields of it, and of the status,
   * that this program does not.
   */
  readonly isStored?: boolean;
}

/**
 * Compiles the schema and its CEL rules once. The validator refuses what a create with `fieldValidation=Strict` would,
 * in the same order: first what cannot be read or has no place in the schema, then what breaks it.
 * @throws where the schema or one of its rules is not well formed
 */
export function createValidator<Spec, Status>(
  kindSchema: KindSchema,
  { isThorough = false, isStored = false }: ValidatorOptions = {},
): Validator<Manifest<Spec, Status>> {
  const { schema, apiVersion, kind } = kindSchema;
  const checkSchema = compileSchema(schema, isThorough);
  return (object) => {
    if (!isRecord(object)) return { kind: 'invalid', issues: [{ path: '', message: 'must be an object' }] };
    const { apiVersion: _, kind: __, metadata, ...content } = object;
    const { value, unknownFields } = decode(content, schema);
    const unreadable = isStored
      ? unknownFields.filter(isInSpec).map(newerField)
      : [...headIssues(object, { apiVersion, kind }), ...unknownFields.map(unknownField)];
    if (unreadable.length > 0 && !isThorough) return { kind: 'invalid', issues: unreadable };

    // A create never sets the status, so the API server does not judge it.
    const { status, ...judged } = value as { status: Status; spec: Spec };
    const head = (metadata ?? {}) as NamedMetadata;
    const isReadable = isStored || unreadableMetadata(head).length === 0;
    const found = checkSchema(judged, isReadable ? effectiveName(head) : undefined);
    const isToJudge = isReadable && !isStored;
    const issues = [...unreadable, ...(isToJudge ? metadataIssues(head) : []), ...found.issues];
    const manifest = { apiVersion, kind, metadata: head, ...judged, status };
    if (issues.length === 0) return { kind: 'valid', object: manifest };
    return { kind: 'invalid', issues, ...(isReadable && found.hasShape && { object: manifest }) };
  };
}

/** What is wrong with the members that every kind has. */
function headIssues(
  object: Readonly<Record<string, unknown>>,
  wantedHead: Readonly<Record<'apiVersion' | 'kind', string>>,
): Issue[] {
  const wrongTypes = Object.entries(wantedHead).filter(([path, wanted]) => object[path] !== wanted);
  return [
    ...wrongTypes.map(([path, wanted]) => ({ path, message: `must be ${wanted}` })),
    ...unreadableMetadata(object.metadata ?? {}),
  ];
}

interface SchemaFindings {
  readonly issues: readonly Issue[];
  readonly hasShape: boolean;
}

function compileSchema(
  schema: SchemaNode,
  isThorough: boolean,
): (content: object, name: string | undefined) => SchemaFindings {
  const ajv = new Ajv({ allErrors: true, validateFormats: false });
  addStructuralKeywords(ajv);
  const validate = ajv.compile(schema);
  return (content, name) => {
    const object = { ...content, metadata: name === undefined ? {} : { name } };
    validate(object);
    const errors = validate.errors ?? [];
    const isBlocked = name === undefined || errors.some(({ keyword }) => blockingKeywords.has(keyword));
    const issues = errors
      .filter((error) => error.keyword !== celKeyword || !isBlocked || (isThorough && isSure(error, name)))
      .slice(0, mostIssues + 1)
      .map((error) => ({ path: pathOf(error, object), message: describeError(error, schema) }));
    return { issues, hasShape: !errors.some(({ keyword }) => keyword === 'type' || keyword === 'required') };
  };
}

/** A finding of a rule that other faults of the object do not explain. */
function isSure({ params, instancePath }: ErrorObject, name: string | undefined): boolean {
  return !params.isUnjudged && (name !== undefined || instancePath !== '');
}

function pathOf({ instancePath, params }: ErrorObject, object: object): string {
  const node = toFieldPath(instancePath, object);
  if (params.missingProperty !== undefined) return childPath(node, params.missingProperty);
  return `${node}${params.fieldPath ?? ''}`.replace(/^\./, '');
}

function unknownField(path: string): Issue {
  return { path, message: 'is no field of this resource; mind the spelling and the indentation' };
}

function isInSpec(path: string): boolean {
  return path === 'spec' || /^spec[.[]/.test(path);
}

/** The API server knows it, so the CRD is of a later release; to leave it out would send something else. */
function newerField(path: string): Issue {
  return {
    path,
    message: 'must not be set with this release of the operator, which does not know the field',
  };
}
