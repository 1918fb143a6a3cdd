/** How a call ended, where a refusal is an answer and not a failure. */
import { type Call, type Classification, classify } from '../core/errors/classify.ts';
import { EsaError } from '../core/errors/esa-error.ts';

export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** The cloud said no, and surely nothing was done. */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly error: EsaError;
      readonly about: Classification;
    }
  /** Whether anything was done, nobody knows; or it was refused for what the question is not about. */
  | { readonly kind: 'unclear'; readonly why: string };

type Failure = Exclude<Outcome<never>, { readonly kind: 'done' }>;

/** Of a call whose refusal for its content is an answer. */
export async function outcomeOf<T>(call: Promise<T>, kind: Call): Promise<Outcome<T>> {
  try {
    return { kind: 'done', value: await call };
  } catch (error) {
    if (!(error instanceof EsaError)) throw error;
    return judgeFailure(error, kind);
  }
}

export function judgeFailure(error: EsaError, kind: Call): Failure {
  const about = classify(error, kind);
  const { code } = error;
  if (isAnswer(error, about)) return { kind: 'refused', code, error, about };
  return { kind: 'unclear', why: `${error.operation} ended with ${code}: ${about.cause}` };
}

const answersOfAmbiguousClass = /^(NameAlreadyExists|ParameterAlreadyExist|SignatureNonceUsed)$/i;

/** A 4xx for what was asked: not for the key, the pace or the state of the service. */
function isAnswer(
  { code, httpStatus = 0 }: EsaError,
  { class: errorClass, reason }: Classification,
): boolean {
  const isAboutKey = reason === 'CredentialsInvalid' || reason === 'PermissionDenied';
  const isLasting = errorClass === 'Terminal' || errorClass === 'Configuration';
  if (httpStatus < 400 || httpStatus >= 500 || isAboutKey) return false;
  return isLasting || answersOfAmbiguousClass.test(code);
}
