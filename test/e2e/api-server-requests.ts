/** What the API server counted itself, by its own metrics. */
import type { ControlPlane } from '../control-plane/control-plane.ts';

/** How many requests for EdgeAppVersions changed one or its status by PUT or PATCH, whatever the answer was.
 *  A server-side apply does not count. */
export async function countChanges(controlPlane: ControlPlane): Promise<number> {
  const { stdout } = await controlPlane.kubectl(['get', '--raw', '/metrics']);
  const samples = stdout.matchAll(
    /^apiserver_request_total\{(?=[^}]*resource="edgeappversions")(?=[^}]*verb="(?:PUT|PATCH)")[^}]*\} (\S+)$/gm,
  );
  return [...samples].reduce((sum, [, value]) => sum + Number(value), 0);
}
