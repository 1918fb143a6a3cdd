/** The right to act. */

/** The right to act: a term of leadership that a pass names, so that a pass from an earlier term never sends. */
export interface Leadership {
  /** The term held now, or undefined. */
  term(): Term | undefined;
}

export interface Term {
  /** Whether this very term has been held without a break until now. */
  isHeld(): boolean;
}
