/** A consistent listing of a collection, page by page, so that it never lies in memory as a whole. */
import { isUnreadable, KubeError } from './kube-error.ts';
import type { KubeTransport } from './transport.ts';

export interface ListOptions {
  readonly transport: KubeTransport;
  /** The collection. */
  readonly path: string;
  readonly signal: AbortSignal;
  /** Called for an object that cannot be read even alone, with its key where the server gives it: it is left out. */
  readonly onLeftOut: (error: KubeError, key: string | undefined) => void;
  /** 5,000 where absent: more than etcd holds, in pages that are as full as they may be. */
  readonly maxPages?: number;
}

export interface ListPage {
  /** As the server sends them: without apiVersion and kind; unchecked. */
  readonly items: readonly unknown[];
  /** Where a watch goes on; the same for all pages. */
  readonly resourceVersion: string;
  /** For the next page; empty on the last one. */
  readonly token: string;
}

const largestPage = 500;
/** Pages of the largest size are tried again after this many that fitted. */
const pagesUntilLarger = 4;
const defaultMaxPages = 5_000;
/** More than the operator has memory for. */
export const maxItems = 300_000;
const maxTokenLength = 4_096;
const retries = 3;
const namesOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/**
 * Lists the collection. A page that is too large is asked for again with half as many objects.
 * @throws KubeError `ListingTooLong` for one without end, `InvalidResponse` for what is no list, status 410 when the listing
 * took longer than the server keeps its version, and what the transport throws
 */
export async function* listPages(options: ListOptions): AsyncGenerator<ListPage, void> {
  const { maxPages = defaultMaxPages } = options;
  const reader = new PageReader(options);
  const tokens = new Set<string>();
  let items = 0;
  for (let token = ''; tokens.size < maxPages && items <= maxItems; ) {
    const page = await reader.read(token);
    items += page.items.length;
    yield page;
    if (!page.token) return;
    token = page.token;
    if (tokens.has(token)) throw tooLong(options, 'the server gave one continue token twice');
    tokens.add(token);
  }
  throw tooLong(options, `no end after ${tokens.size} pages with ${items} objects`);
}

function tooLong({ path }: ListOptions, text: string): KubeError {
  return new KubeError({ code: 'ListingTooLong', message: `GET ${path}: ${text}` });
}

/** Knows how many objects at a time can be read. */
class PageReader {
  readonly #options: ListOptions;
  #size = largestPage;
  #pagesThatFitted = 0;

  constructor(options: ListOptions) {
    this.#options = options;
  }

  async read(token: string): Promise<ListPage> {
    for (;;) {
      try {
        const page = await this.#request(token);
        this.#growAfterSome();
        return page;
      } catch (error) {
        if (!(error instanceof KubeError && isUnreadable(error))) throw error;
        if (this.#size === 1) return this.#leaveOut(token, error);
        this.#size = Math.floor(this.#size / 2);
        this.#pagesThatFitted = 0;
      }
    }
  }

  #growAfterSome(): void {
    this.#pagesThatFitted += 1;
    if (this.#pagesThatFitted % pagesUntilLarger === 0) this.#size = Math.min(this.#size * 2, largestPage);
  }

  /** Its name and the token for what follows are all that is asked for then. */
  async #leaveOut(token: string, error: KubeError): Promise<ListPage> {
    const page = await this.#request(token, namesOnly);
    this.#growAfterSome();
    this.#options.onLeftOut(error, keyOfFirst(page));
    return { ...page, items: [] };
  }

  async #request(token: string, accept?: string): Promise<ListPage> {
    const { transport, path, signal } = this.#options;
    const query = `?limit=${this.#size}${token && `&continue=${encodeURIComponent(token)}`}`;
    const call = { method: 'GET', path: path + query, retries, signal, ...(accept && { accept }) } as const;
    return toPage(path, await transport.request(call));
  }
}

function toPage(path: string, value: unknown): ListPage {
  const { metadata, items } = (value ?? {}) as { metadata?: ListMetadata | null; items?: unknown };
  const { resourceVersion, continue: token = '' } = metadata ?? {};
  const isToken = typeof token === 'string' && token.length <= maxTokenLength;
  if (typeof resourceVersion === 'string' && isToken && (items == null || Array.isArray(items)))
    return { items: items ?? [], resourceVersion, token };
  throw new KubeError({ code: 'InvalidResponse', message: `GET ${path}: the response is not a list` });
}

interface ListMetadata {
  readonly resourceVersion?: unknown;
  readonly continue?: unknown;
}

function keyOfFirst({ items: [first] }: ListPage): string | undefined {
  const { namespace, name } = (first as { metadata?: { namespace?: string; name?: string } })?.metadata ?? {};
  return name && `${namespace ?? ''}/${name}`;
}
