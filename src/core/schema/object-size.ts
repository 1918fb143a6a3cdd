/** How large an object may be for the operator to send it: etcd must still take the status that follows. */
import type { Issue } from './issue.ts';

const largestBytes = 256 * 1024;

/** Metadata and spec as JSON count, without managed fields: what the object's author wrote. */
export function sizeIssues(object: { readonly metadata?: unknown; readonly spec?: unknown }): Issue[] {
  const { managedFields: _, ...metadata } = (object.metadata ?? {}) as { readonly managedFields?: unknown };
  const bytes = Buffer.byteLength(JSON.stringify({ metadata, spec: object.spec }));
  if (bytes <= largestBytes) return [];
  const message = `must fit with metadata into ${largestBytes / 1024} KiB, and the object has ${Math.ceil(bytes / 1024)} KiB`;
  return [{ path: 'spec', message }];
}
