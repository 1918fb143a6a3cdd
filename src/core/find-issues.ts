/** Says why a stored object cannot be sent to the cloud, before anything is claimed for it. */
import type { EdgeAppVersion } from './edge-app-version.ts';
import type { Issue } from './issue.ts';
import { sizeIssues } from './object-size.ts';
import type { PackingOptions } from './packing.ts';
import { packingProblems } from './packing-problems.ts';
import { toPrintable } from './printable.ts';
import type { SchemaNode } from './schema-node.ts';
import { createValidator } from './validate.ts';

/**
 * An older, looser CRD may have let in what `schema` refuses; about blanks only the settings decide.
 * @throws where the schema is not well formed
 */
export function createIssueFinder(
  schema: SchemaNode,
  packing: PackingOptions,
): (object: EdgeAppVersion) => readonly Issue[] {
  const validate = createValidator(schema, { isStored: true });
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
