/** How fast objects got their version, from what the loader sent and what the observer saw. */
import type { Applied } from '../load/load-plan.ts';
import type { Sighting } from '../observer.ts';
import type { Figures } from './figures.ts';
import { percentile } from './spread.ts';

type Sightings = ReadonlyMap<string, Sighting>;

/** @throws Error when an object was never seen with a VersionId */
export function versionIdLatenciesMs(applied: readonly Applied[], sightings: Sightings): number[] {
  return applied.map(({ key, sentMs }) => seen(key, sightings.get(key)?.versionIdMs) - sentMs);
}

/** From the first create that was sent to the last object Ready, and from apply to VersionId. */
export function toSpeedFigures(applied: readonly Applied[], sightings: Sightings): Figures {
  const startMs = Math.min(...applied.map(({ sentMs }) => sentMs));
  const loadedMs = Math.max(...applied.map(({ answeredMs }) => answeredMs));
  const endMs = Math.max(...applied.map(({ key }) => seen(key, sightings.get(key)?.readyMs)));
  const latenciesMs = versionIdLatenciesMs(applied, sightings);
  return {
    objectsPerSecond: (applied.length * 1000) / (endMs - startMs),
    loadedPerSecond: (applied.length * 1000) / (loadedMs - startMs),
    p50Ms: percentile(latenciesMs, 50),
    p99Ms: percentile(latenciesMs, 99),
    maxMs: percentile(latenciesMs, 100),
  };
}

function seen(key: string, atMs: number | undefined): number {
  if (atMs === undefined) throw new Error(`${key} was not seen to come so far`);
  return atMs;
}
