/** Gets the account for the namespace, with its credential, before anything that cannot wait. */

import type { Account } from '../../cloud/account.ts';
import { EsaError } from '../../core/errors/esa-error.ts';
import { type Problem, readProblem } from '../../core/errors/problem.ts';
import type { VersionPass } from './pass.ts';

export type Connection =
  | { readonly kind: 'connected'; readonly account: Account }
  | { readonly kind: 'failed'; readonly problem: Problem };

export async function connect({ accounts, object }: VersionPass): Promise<Connection> {
  try {
    return { kind: 'connected', account: await accounts.of(object.metadata.namespace) };
  } catch (error) {
    if (!(error instanceof EsaError)) throw error;
    return { kind: 'failed', problem: readProblem(error) };
  }
}
