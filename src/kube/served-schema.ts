/**
 * Whether the API server serves a schema that keeps what the operator writes: an older CRD drops the fields that it does
 * not know, without a word, and guarantees rest on some of them.
 */

import type { Resource } from '../api/resource.ts';
import type { Logger } from '../core/logger.ts';
import type { KubeTransport } from './transport.ts';

export interface ServedSchemaOptions {
  readonly transport: KubeTransport;
  readonly resource: Resource;
  /** Paths of fields, each from the root of an object, as in `status.attempt.id`. */
  readonly needed: readonly string[];
  readonly logger: Logger;
  /** The served schema has all fields, and lacked some before. */
  readonly onComplete?: () => void;
}

/** The part of OpenAPI v3 that is read. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly group?: string; readonly kind?: string }[];
}

interface Document {
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

export class ServedSchema {
  readonly #options: ServedSchemaOptions;
  #missing: readonly string[] = [];
  #checking: Promise<void> | undefined;

  constructor(options: ServedSchemaOptions) {
    this.#options = options;
  }

  /** The needed fields that the served schema was last seen to lack; none where it could not be read. */
  get missing(): readonly string[] {
    return this.#missing;
  }

  /** Reads the served schema; whoever asks meanwhile shares the reading. Never throws. */
  check(): Promise<void> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  async #check(): Promise<void> {
    const { transport, resource, needed, logger, onComplete } = this.#options;
    try {
      const path = `/openapi/v3/apis/${resource.group}/${resource.version}`;
      const schema = findSchema(await transport.request<Document>({ method: 'GET', path }), resource);
      const before = this.#missing;
      this.#missing = schema ? needed.filter((field) => !hasField(schema, field.split('.'))) : [];
      if (this.#missing.length > 0)
        logger.error({ missing: this.#missing }, 'The installed CRD is older than the operator');
      else if (before.length > 0) {
        logger.info({}, 'The installed CRD has all fields');
        onComplete?.();
      }
    } catch (error) {
      // Nobody waits for it, and a document of another form must not end the process. What the schema lacks shows in the
      // response to the first write, too.
      logger.info({ reason: (error as Error).message }, 'Could not read the served schema');
    }
  }
}

function findSchema({ components }: Document, { group, kind }: Resource): Schema | undefined {
  const schemas = Object.values(components?.schemas ?? {});
  const isOurs = (schema: Schema): boolean =>
    schema['x-kubernetes-group-version-kind']?.some((gvk) => gvk.group === group && gvk.kind === kind) ??
    false;
  return schemas.find(isOurs);
}

function hasField(schema: Schema, [name = '', ...rest]: readonly string[]): boolean {
  const properties = schema.properties ?? {};
  const member = Object.hasOwn(properties, name) ? properties[name] : undefined;
  return member !== undefined && (rest.length === 0 || hasField(member, rest));
}
