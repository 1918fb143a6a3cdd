/** Chance, from outside. */

export interface Random {
  /** A fresh random UUID. */
  uuid(): string;
  /** Uniform in [0, 1). */
  fraction(): number;
}
