/** What a question to the cloud is, and the forms of its answer. */

import type { Send } from '../cloud/call.ts';
import type { WireContainer } from '../cloud/create-request.ts';
import type { Clock } from '../core/clock.ts';
import type { OwnVersions } from './own-versions.ts';

export interface Question {
  readonly id: string;
  readonly asks: string;
  /** What the operator rests on as long as nobody has asked. */
  readonly assumes: string;
  /** The flag of `edgeapp run` that is right as long as there is no answer. */
  readonly safeFlag?: string;
  /** How many creates it sends at most. */
  readonly creates: number;
  readonly limitMs: number;
  /** @throws Unanswered, and EsaError where a call fails that must not */
  run(context: QuestionContext): Promise<Answer>;
}

export interface QuestionContext {
  readonly appId: string;
  readonly send: Send;
  readonly versions: OwnVersions;
  readonly clock: Clock;
  /** `--image`, and `--failing-image` where it was given. */
  readonly image: string;
  readonly failingImage: string | undefined;
  /**
   * Looks again and again, at longer and longer distances, until `look` finds something.
   * @returns undefined when `limitMs` are over
   * @throws Unanswered when the time of the question is over, or the probe is stopped
   */
  waitFor<T>(look: () => Promise<T | undefined>, limitMs: number): Promise<T | undefined>;
  /** @throws Unanswered as above */
  pause(ms: number): Promise<void>;
  /** A container of the smallest size, with these changes. */
  container(changes?: Partial<WireContainer>): WireContainer;
  /** A fresh one for a signature. */
  readonly nonce: string;
}

export type Answer = (
  | { readonly kind: 'confirmed' }
  /** What follows from it. */
  | { readonly kind: 'overturned'; readonly remedy: string }
  /** The operator takes it either way. */
  | { readonly kind: 'noted' }
  | { readonly kind: 'unknown' }
) & {
  /** What was seen, or why nothing was. */
  readonly says: string;
  /** The flag of `edgeapp run` that fits. */
  readonly flag?: string | undefined;
};

export const confirmed = (says: string, flag?: string): Answer => ({ kind: 'confirmed', says, flag });
export const noted = (says: string, flag?: string): Answer => ({ kind: 'noted', says, flag });
export const unknown = (says: string): Answer => ({ kind: 'unknown', says });
export const overturned = (says: string, remedy: string, flag?: string): Answer => ({
  kind: 'overturned',
  says,
  remedy,
  flag,
});

export const fileAnIssue = 'file an issue with this report';
