/** Remembers what an informer told, and waits for what it is going to tell. */

import type { KubeObject } from '../../src/api/kube-object.ts';
import type { Change } from '../../src/api/object-cache.ts';

export class ChangeRecorder<T extends KubeObject> {
  readonly changes: Change<T>[] = [];
  readonly #waiters = new Set<() => void>();

  readonly onChange = (change: Change<T>): void => {
    this.changes.push(change);
    for (const check of this.#waiters) check();
  };

  /** Resolves as soon as `condition` holds; it is asked again after each change. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!condition()) return;
        this.#waiters.delete(check);
        resolve();
      };
      this.#waiters.add(check);
      check();
    });
  }

  /** The keys that were told since the recorder was made, as `+key`, `~key` or `-key`. */
  get summary(): string[] {
    return this.changes.map(({ key, old, new: now }) => `${now ? (old ? '~' : '+') : '-'}${key}`);
  }
}
