/** The query of a watch. */

const minWatchSeconds = 300;
export const maxWatchSeconds = 600;

/**
 * @param fromVersion where the watch goes on; undefined where it begins with a listing
 * @param fraction in [0, 1): servers and operators must not all reconnect at once
 */
export function toWatchQuery(fromVersion: string | undefined, fraction: number): string {
  const timeoutSeconds = minWatchSeconds + Math.floor((maxWatchSeconds - minWatchSeconds) * fraction);
  const from =
    fromVersion === undefined
      ? 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan'
      : `resourceVersion=${encodeURIComponent(fromVersion)}`;
  return `watch=1&allowWatchBookmarks=true&timeoutSeconds=${timeoutSeconds}&${from}`;
}
