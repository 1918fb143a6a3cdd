/** A question cannot be answered; the message says why. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}
