/** Drops `metadata.managedFields`: often the larger half of an object, and nobody here reads it. */

/** A copy of `object` without managed fields; the same object where it has none. */
export function withoutManagedFields<T extends { readonly metadata: object }>(object: T): T {
  if (!('managedFields' in object.metadata)) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

const begin = '"managedFields":[';
const end = '}],';
const nextMember = '"name":"';

/**
 * The JSON text of an object, or of what holds one, without the managed fields of its metadata, so that they need not be
 * parsed; the same text where that is not sure. A quote within a string is escaped in JSON, so the markers cannot lie in
 * one. The API server writes the members of custom resources in the order of their names: managed fields that come after
 * `metadata` has begun and before its `uid` are its own, and `name` follows them. Objects in the order of a Go type have
 * their uid first, and are left as they are.
 */
export function cutManagedFields(json: string): string {
  const from = json.indexOf(begin);
  const isInMetadata = json.lastIndexOf('"metadata":{', from) >= 0 && json.lastIndexOf('"uid":"', from) < 0;
  const until = from < 0 || !isInMetadata ? -1 : json.indexOf(end + nextMember, from);
  return until < 0 ? json : json.slice(0, from) + json.slice(until + end.length);
}
