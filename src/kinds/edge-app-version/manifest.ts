/** An EdgeAppVersion as somebody wrote it, judged by the schema in `crds/`. */

import type { SchemaNode } from '../../core/schema/schema-node.ts';
import {
  createValidator,
  type Manifest,
  type Validator,
  type ValidatorOptions,
  type Verdict,
} from '../../core/schema/validate.ts';
import { apiVersion, type EdgeAppVersionSpec, type EdgeAppVersionStatus, kind } from './edge-app-version.ts';

export type VersionManifest = Manifest<EdgeAppVersionSpec, EdgeAppVersionStatus>;
export type VersionVerdict = Verdict<VersionManifest>;
export type VersionValidator = Validator<VersionManifest>;

/**
 * @param schema of the CRD's version
 * @throws as `createValidator`
 */
export function createVersionValidator(schema: SchemaNode, options?: ValidatorOptions): VersionValidator {
  return createValidator({ apiVersion, kind, schema }, options);
}
