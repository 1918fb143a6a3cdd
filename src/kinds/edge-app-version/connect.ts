/** Gets the cloud API with its credentials, before anything that cannot wait. */

import type { EsaApi } from '../../cloud/esa-api.ts';
import { EsaError } from '../../core/errors/esa-error.ts';
import { type Problem, readProblem } from '../../core/errors/problem.ts';
import type { VersionPass } from './pass.ts';

export type Connection =
  | { readonly kind: 'connected'; readonly api: EsaApi }
  | { readonly kind: 'failed'; readonly problem: Problem };

export async function connect({ esa, object }: VersionPass): Promise<Connection> {
  try {
    return { kind: 'connected', api: await esa.connect(object.metadata.namespace) };
  } catch (error) {
    if (!(error instanceof EsaError)) throw error;
    return { kind: 'failed', problem: readProblem(error) };
  }
}
