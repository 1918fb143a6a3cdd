/** Faults: what the emulator does wrong on purpose, and to which calls. */
import type { VersionEffects } from './operation.ts';
import type { JsonObject } from './version-record.ts';

/** Headers of an answer, beside those that belong to it, for example `retry-after`. */
export type AnswerHeaders = Readonly<Record<string, string>>;

/** What the client gets instead of the true answer. */
export type FaultAnswer =
  /** An error envelope; status and message are the documented ones unless given. */
  | {
      readonly kind: 'error';
      readonly code: string;
      readonly status?: number;
      readonly message?: string;
      readonly retryAfterMs?: number;
      /** Further members of the body, for example `AccessDeniedDetail`. */
      readonly members?: JsonObject;
      readonly headers?: AnswerHeaders;
    }
  /** A load balancer's page; default 502. */
  | { readonly kind: 'html'; readonly status?: number; readonly headers?: AnswerHeaders }
  /** A status without a body; default 200. */
  | { readonly kind: 'empty'; readonly status?: number; readonly headers?: AnswerHeaders }
  /** Any JSON body; default 200. */
  | {
      readonly kind: 'json';
      readonly body: unknown;
      readonly status?: number;
      readonly headers?: AnswerHeaders;
    }
  /**
   * Any text, for example XML or a number that JSON values cannot hold; default 200 and JSON's content type. `{hit}` in
   * it becomes the number of the call among those that the fault hits.
   */
  | {
      readonly kind: 'raw';
      readonly text: string;
      readonly contentType?: string;
      readonly status?: number;
      readonly headers?: AnswerHeaders;
    }
  /** The true answer without these members, for example `VersionId`. */
  | { readonly kind: 'omit'; readonly members: readonly string[] }
  /** Default 302. */
  | { readonly kind: 'redirect'; readonly location: string; readonly status?: number }
  /** The connection is closed before the answer. */
  | { readonly kind: 'drop' }
  /** The head and so many bytes of the true answer, half of it by default, then the connection is closed. */
  | { readonly kind: 'cut'; readonly bytes?: number }
  /** The same, but then nothing more; the connection stays open. */
  | { readonly kind: 'stall'; readonly bytes?: number }
  /** The true answer, filled up with blanks to so many bytes: still the same JSON. */
  | { readonly kind: 'large'; readonly bytes: number }
  /** The true answer, and then blanks for ever. */
  | { readonly kind: 'endless' }
  /** No answer; the connection stays open. */
  | { readonly kind: 'hang' };

export interface Fault {
  /** The action it is for; `*` is every action. */
  readonly action: string;
  /** Only calls with these parameter values. */
  readonly where?: Readonly<Record<string, string>>;
  /** Only calls signed with this key. */
  readonly accessKeyId?: string;
  /** How many of its calls it lets pass first; default 0. */
  readonly skip?: number;
  /** How many calls it hits; default 1. */
  readonly count?: number | 'always';
  /**
   * Whether the action is carried out before the answer is replaced. Default: yes without `answer` and for those of
   * `answersFromTruth`, which always need the true answer; no for the others.
   */
  readonly commit?: boolean;
  readonly delayBeforeCommitMs?: number;
  readonly delayAfterCommitMs?: number;
  /** The call waits there until the fault is released or removed. */
  readonly hold?: 'before-commit' | 'after-commit';
  readonly answer?: FaultAnswer;
  /** Changes in the version that the call creates. */
  readonly version?: VersionEffects;
}

/** Answers that are made from the true one. */
export const answersFromTruth: readonly string[] = ['omit', 'cut', 'stall', 'large', 'endless'];

/** Whether the action is carried out under this fault. */
export function commits(fault: Fault): boolean {
  return fault.commit ?? (fault.answer === undefined || answersFromTruth.includes(fault.answer.kind));
}
