/** Everything that is left to chance in a schedule, drawn from one seed, so that the seed alone repeats it. */
import type { Theme } from './themes.ts';

/** A deviation from the quiet course: what shrinking may take back. */
export interface Deviation {
  /** The how many-th question of the schedule it answered. */
  readonly index: number;
  readonly kind: string;
}

/**
 * What is drawn between two questions depends on the seed and their number alone, so that a deviation that is taken back
 * changes as little as may be of what comes after it.
 */
export class Choices {
  readonly deviations: Deviation[] = [];
  readonly #seed: number;
  readonly #calm: ReadonlySet<number>;
  #theme: Theme = {};
  #questions = 0;
  #draws = 0;
  #isCalm = false;

  /** @param calm the questions that are answered with no, whatever the seed says */
  constructor(seed: number, calm: ReadonlySet<number> = new Set()) {
    this.#seed = finalized(seed);
    this.#calm = calm;
  }

  /** From here on what the theme names is as likely as it says. */
  follow(theme: Theme): void {
    this.#theme = theme;
  }

  /** Whether something out of the ordinary happens: with the probability of the theme, or else the given one. */
  deviates(kind: string, usualProbability: number): boolean {
    const probability = this.#theme[kind] ?? usualProbability;
    const index = this.#questions;
    this.#questions += 1;
    this.#draws = 0;
    const isDrawn = this.fraction() < probability;
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
    this.#draws += 1;
    return mixed(this.#seed, this.#questions, this.#draws);
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.fraction();
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[Math.floor(this.fraction() * items.length)] ?? items[0];
  }
}

/** A number in [0, 1) from three others: rounds of the finalizer of MurmurHash3 (Austin Appleby). */
function mixed(seed: number, question: number, draw: number): number {
  const once = finalized(seed + Math.imul(question, 0x9e3779b9));
  return finalized(once + Math.imul(draw, 0x85ebca6b)) / 4_294_967_296;
}

function finalized(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
