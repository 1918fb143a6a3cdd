/** Says why a stored object cannot be sent to the cloud, before anything is claimed for it. */

import type { Issue } from '../../core/schema/issue.ts';
import { sizeIssues } from '../../core/schema/object-size.ts';
import type { SchemaNode } from '../../core/schema/schema-node.ts';
import { toPrintable } from '../../core/text/printable.ts';
import type { EdgeAppVersion } from './edge-app-version.ts';
import { createVersionValidator } from './manifest.ts';
import type { PackingOptions } from './request/packing.ts';
import { packingProblems } from './request/packing-problems.ts';

/**
 * An older, looser CRD may have let in what `schema` refuses; about blanks only the settings decide.
 * @throws where the schema is not well formed
 */
export function createIssueFinder(
  schema: SchemaNode,
  packing: PackingOptions,
): (object: EdgeAppVersion) => readonly Issue[] {
  const validate = createVersionValidator(schema, { isStored: true });
  return (object) => {
    const oversize = sizeIssues(object);
    if (oversize.length > 0) return oversize;
    const verdict = validate(object);
    return verdict.kind === 'valid' ? packingProblems(object, packing) : verdict.issues.map(toShown);
  };
}

/** Names of fields may hold anything. */
function toShown({ path, message }: Issue): Issue {
  return { path: toPrintable(path), message: toPrintable(message) };
}
