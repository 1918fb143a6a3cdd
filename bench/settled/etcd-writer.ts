/** Writes objects past the API server, straight into etcd, by its JSON gateway. */
import { Pool } from 'undici';

export interface Entry {
  readonly key: string;
  readonly value: string;
}

/** etcd takes up to 128 operations and 1.5 MB in a transaction. */
const entriesPerTransaction = 100;
const transactionsAtATime = 4;

export class EtcdWriter implements AsyncDisposable {
  readonly #pool: Pool;

  constructor(etcdUrl: string) {
    this.#pool = new Pool(etcdUrl, { connections: transactionsAtATime });
  }

  /** The value of a key. @throws Error when there is none */
  async read(key: string): Promise<string> {
    type Range = { readonly kvs?: readonly { readonly value: string }[] };
    const { kvs } = await this.#post<Range>('/v3/kv/range', { key: toBase64(key) });
    const value = kvs?.[0]?.value;
    if (value === undefined) throw new Error(`etcd has no key ${key}`);
    return Buffer.from(value, 'base64').toString();
  }

  async remove(key: string): Promise<void> {
    await this.#post('/v3/kv/deleterange', { key: toBase64(key) });
  }

  /** Writes all entries, with only a few transactions of them in memory at a time. */
  async write(entries: Iterable<Entry>): Promise<void> {
    const transactions = inGroups(entries, entriesPerTransaction);
    const writeSome = async (): Promise<void> => {
      for (const group of transactions) await this.#writeGroup(group);
    };
    await Promise.all(Array.from({ length: transactionsAtATime }, writeSome));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.close();
  }

  async #writeGroup(group: readonly Entry[]): Promise<void> {
    const success = group.map(({ key, value }) => ({
      requestPut: { key: toBase64(key), value: toBase64(value) },
    }));
    await this.#post('/v3/kv/txn', { success });
  }

  async #post<T>(path: string, body: object): Promise<T> {
    const response = await this.#pool.request({ method: 'POST', path, body: JSON.stringify(body) });
    const text = await response.body.text();
    if (response.statusCode !== 200)
      throw new Error(`etcd: POST ${path}: HTTP ${response.statusCode}: ${text}`);
    return JSON.parse(text) as T;
  }
}

/** One generator for several readers: each group goes to one of them. */
function* inGroups<T>(values: Iterable<T>, size: number): Generator<T[], void> {
  let group: T[] = [];
  for (const value of values) {
    group.push(value);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
