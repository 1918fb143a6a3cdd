/** Times as Kubernetes writes them: RFC 3339, UTC, whole seconds. */

/** @param wallMs milliseconds since the Unix epoch */
export function toTimestamp(wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(0, 19)}Z`;
}
