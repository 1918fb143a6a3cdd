/** A status for an object that has no room for its longer texts. */
import { present } from '../core/json/present.ts';
import type { BaseStatus } from './base-status.ts';

const shortLength = 80;

/** `status` without its longer texts. */
export function shortened<S extends BaseStatus>(status: S): S {
  const { error, conditions } = status;
  return present({
    ...status,
    error: error && {
      ...error,
      message: toShort(error.message),
      cause: toShort(error.cause),
      remedy: toShort(error.remedy),
    },
    conditions: conditions?.map((condition) => ({ ...condition, message: toShort(condition.message) })),
  }) as unknown as S;
}

function toShort(text: string): string {
  return text.length > shortLength ? `${text.slice(0, shortLength)}...` : text;
}
