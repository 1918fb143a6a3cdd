/** Everything that is left to chance in a schedule, drawn from one seed, so that the seed alone repeats it. */

/** A deviation from the quiet course: what shrinking may take back. */
export interface Deviation {
  /** The how many-th question of the schedule it answered. */
  readonly index: number;
  readonly kind: string;
}

export class Choices {
  readonly deviations: Deviation[] = [];
  readonly #next: () => number;
  readonly #calm: ReadonlySet<number>;
  #questions = 0;
  #isCalm = false;

  /** @param calm the questions that are answered with no, whatever the seed says */
  constructor(seed: number, calm: ReadonlySet<number> = new Set()) {
    this.#next = sfc32(seed);
    this.#calm = calm;
  }

  /** Whether something out of the ordinary happens, with the given probability. */
  deviates(kind: string, probability: number): boolean {
    const index = this.#questions;
    this.#questions += 1;
    const isDrawn = this.#next() < probability;
    if (!isDrawn || this.#isCalm || this.#calm.has(index)) return false;
    this.deviations.push({ index, kind });
    return true;
  }

  /** From here on nothing deviates any more. */
  calmDown(): void {
    this.#isCalm = true;
  }

  get isCalm(): boolean {
    return this.#isCalm;
  }

  /** Uniform in [0, 1). */
  fraction(): number {
    return this.#next();
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.#next();
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[Math.floor(this.#next() * items.length)] ?? items[0];
  }
}

/** The generator sfc32 by Chris Doty-Humphrey (PractRand), seeded from one 32-bit number. */
function sfc32(seed: number): () => number {
  let [a, b, c, counter] = [0x9e3779b9, seed | 0, 0x243f6a88, 1];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let round = 0; round < 12; round += 1) next();
  return next;
}
