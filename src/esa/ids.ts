/** Which ids of the cloud are taken for one: what is stored once is checked before. */
import type { IsId } from '../cloud/call.ts';
import type { Redact } from '../core/text/redact.ts';

/**
 * The API gives `ver-` or `app-` and digits, 20 to 64 characters, and RequestIds that are UUIDs. Anything of such
 * characters and twice that length is taken, so that a new form of id does not stop the operator.
 */
const idForm = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** As the API gives them: no secret looks like that, and a list has thousands. */
const usualId = /^(?:(?:ver|app)-\d{1,60}|[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12})$/;

export function createIdCheck(redact: Redact): IsId {
  return (text) => usualId.test(text) || (idForm.test(text) && redact(text) === text);
}
