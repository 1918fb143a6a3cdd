/** A complete, consistent listing of a collection, in pages. */
import type { KubeObject } from '../ports.ts';
import { KubeError } from './kube-error.ts';
import type { KubeTransport } from './transport.ts';

export interface Listing<Raw> {
  readonly items: readonly Raw[];
  /** Where a watch goes on. */
  readonly resourceVersion: string;
}

interface Page<Raw> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly Raw[] | null;
}

const pageSize = 500;
const retries = 3;

/**
 * Lists `path`. When the continue token expires between two pages, the listing begins again in one piece.
 * Items come as the server sends them: without apiVersion and kind.
 */
export async function listObjects<Raw extends KubeObject>(
  transport: KubeTransport,
  path: string,
  signal: AbortSignal,
): Promise<Listing<Raw>> {
  const items: Raw[] = [];
  let token = '';
  try {
    for (;;) {
      const query = `?limit=${pageSize}${token && `&continue=${encodeURIComponent(token)}`}`;
      const page = await readPage<Raw>(transport, path + query, signal);
      items.push(...(page.items ?? []));
      token = page.metadata.continue ?? '';
      if (!token) return { items, resourceVersion: page.metadata.resourceVersion };
    }
  } catch (error) {
    if (!token || !(error instanceof KubeError) || error.status !== 410) throw error;
    const page = await readPage<Raw>(transport, path, signal);
    return { items: page.items ?? [], resourceVersion: page.metadata.resourceVersion };
  }
}

async function readPage<Raw>(
  transport: KubeTransport,
  path: string,
  signal: AbortSignal,
): Promise<Page<Raw>> {
  return transport.request<Page<Raw>>({ method: 'GET', path, retries, signal });
}
