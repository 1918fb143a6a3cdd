/** The same question to both judges: would this manifest be taken, and if not, which fields are at fault? */
import type { VersionValidator } from '../../src/kinds/edge-app-version/manifest.ts';
import { type ApiServer, resourcePath } from '../support/api-server.ts';

export interface Judgement {
  readonly accepted: boolean;
  /** Each field once, in alphabetical order. */
  readonly fields: readonly string[];
}

export interface Status {
  readonly message: string;
  readonly details?: { readonly causes?: readonly { readonly field: string; readonly message: string }[] };
}

export function judgeInCore(validate: VersionValidator, object: unknown): Judgement {
  const verdict = validate(object);
  return verdict.kind === 'valid' ? accepted : refused(verdict.issues.map(({ path }) => path));
}

/** A create that stores nothing. @throws where the answer is neither yes nor no */
export async function judgeOnServer(server: ApiServer, object: unknown): Promise<Judgement> {
  const path = resourcePath('?dryRun=All&fieldValidation=Strict');
  const { status, body } = await server.send<Status>('POST', path, object);
  if (status === 201) return accepted;
  const unknown = [...body.message.matchAll(/unknown field "([^"]+)"/g)].map(([, field]) => field as string);
  if (status === 400 && unknown.length > 0) return refused(unknown);
  if (status !== 422) throw new Error(`the API server answers ${status}: ${body.message}`);
  return refused(causesOf(body).map(({ field }) => field));
}

/**
 * The fields of a refusal and what it says of each, without the remarks that name no field: that CEL rules were left
 * out, and a second complaint about a number that is not whole.
 */
export function causesOf({ details }: Status): { readonly field: string; readonly message: string }[] {
  return (details?.causes ?? []).filter(({ field }) => field !== '<nil>');
}

const accepted: Judgement = { accepted: true, fields: [] };

function refused(fields: readonly string[]): Judgement {
  return { accepted: false, fields: [...new Set(fields)].sort() };
}
