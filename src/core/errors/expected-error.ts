/** What must be put right outside the program: its message says all that a person needs, without a stack. */
export class ExpectedError extends Error {
  override readonly name: string = 'ExpectedError';
}
