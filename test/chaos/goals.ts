/** What a run must have met before it may end. */
export class Goals {
  /** Settles once all are met. */
  readonly allMet: Promise<void>;
  readonly #left: Set<string>;
  readonly #reached: () => void;

  constructor(goals: readonly string[]) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.allMet = promise;
    this.#reached = resolve;
    this.#left = new Set(goals);
  }

  get left(): readonly string[] {
    return [...this.#left];
  }

  /** Takes also what is no goal. */
  met(goal: string): void {
    this.#left.delete(goal);
    if (this.#left.size === 0) this.#reached();
  }
}
