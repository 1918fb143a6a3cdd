/** What a pass over one object ended with, and so what happens to its key. */
export type Outcome =
  /** Nothing to do until the object changes. */
  | { readonly kind: 'done' }
  /** All went well; look again after `afterMs` milliseconds. */
  | { readonly kind: 'again'; readonly afterMs: number }
  /** It failed in a way that may pass; try again with the key's own growing back-off. */
  | { readonly kind: 'retry' };

export const again = (afterMs: number): Outcome => ({ kind: 'again', afterMs });
export const done: Outcome = { kind: 'done' };
export const retry: Outcome = { kind: 'retry' };
