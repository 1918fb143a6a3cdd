/** Drops `metadata.managedFields`: often the larger half of an object, and nobody here reads it. */

/** A copy of `object` without managed fields; the same object where it has none. */
export function withoutManagedFields<T extends { readonly metadata: object }>(object: T): T {
  if (!('managedFields' in object.metadata)) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
