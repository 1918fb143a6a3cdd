/** Finalizers of an object: ours, and those of others, which stay as they are. */

interface Finalized {
  readonly finalizers?: readonly string[];
}

export function hasFinalizer({ finalizers }: Finalized, finalizer: string): boolean {
  return finalizers?.includes(finalizer) ?? false;
}

export function withoutFinalizer({ finalizers = [] }: Finalized, finalizer: string): readonly string[] {
  return finalizers.filter((name) => name !== finalizer);
}
