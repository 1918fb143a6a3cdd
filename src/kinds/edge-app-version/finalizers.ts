/** The finalizer that holds an object back until its version is deleted. */
import { type EdgeAppVersion, finalizer } from './edge-app-version.ts';

export function hasFinalizer({ finalizers }: Pick<EdgeAppVersion['metadata'], 'finalizers'>): boolean {
  return finalizers?.includes(finalizer) ?? false;
}

/** The finalizers with or without ours; those of others stay as they are. */
export function finalizersOf({ metadata }: EdgeAppVersion, isKept: boolean): readonly string[] {
  const others = (metadata.finalizers ?? []).filter((name) => name !== finalizer);
  return isKept ? [...others, finalizer] : others;
}
