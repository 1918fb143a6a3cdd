/** Two objects with one target: who comes first. */
import { type CachedVersion, holds } from './cached-version.ts';

export interface Rival {
  /** `namespace/name` */
  readonly key: string;
  /** Whether it has an id or an open attempt, and does not just come first by age. */
  readonly isHolder: boolean;
}

/** The object that comes before `self`, or undefined when `self` is first. */
export function findRival(self: CachedVersion, sameTarget: readonly CachedVersion[]): Rival | undefined {
  // The cache may be behind the live read that `self` is.
  const others = sameTarget.filter(({ metadata }) => metadata.uid !== self.metadata.uid);
  const first = others.reduce((best, other) => (comesBefore(other, best) ? other : best), self);
  const { namespace, name } = first.metadata;
  return first === self ? undefined : { key: `${namespace}/${name}`, isHolder: holds(first) };
}

/** The holder of an id or an attempt wins, then the older object, then the smaller uid. */
function comesBefore(a: CachedVersion, b: CachedVersion): boolean {
  if (holds(a) !== holds(b)) return holds(a);
  const [older, younger] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  return older === younger ? a.metadata.uid < b.metadata.uid : older < younger;
}
