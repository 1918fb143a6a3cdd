/** One watch connection as a stream of checked events, and the limit after which a silent one counts as dead. */

import type { KubeObject } from '../api/kube-object.ts';
import type { Clock } from '../core/clock.ts';
import { cutText } from '../core/text/cut-text.ts';
import { decodeJson } from '../http/decode-json.ts';
import type { KubeStream } from './kube-call.ts';
import { fromFailure, fromStatus, isUnreadable, KubeError } from './kube-error.ts';
import { LineSplitter } from './line-splitter.ts';
import { cutManagedFields } from './managed-fields.ts';
import { isKubeObject } from './object-identity.ts';
import type { KubeTransport } from './transport.ts';

export type WatchEvent<Raw> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: Raw }
  | { readonly type: 'BOOKMARK'; readonly object: Bookmark };

export interface Bookmark {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

export interface WatchOptions {
  readonly transport: KubeTransport;
  /** The collection with the watch's query. */
  readonly path: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long a watch from which something must come may be silent, in milliseconds. */
  readonly inactivityMs: number;
  /** Something must come from the beginning: initial events, or bookmarks as earlier (about one a minute). */
  readonly isRegular: boolean;
  /** How long any watch may last: the server ends each after the time that its query names. */
  readonly maxWatchMs: number;
}

/** Code of an error that an ERROR event carried, whose Status gives the error's other members. */
export const errorEvent = 'ErrorEvent';
/** Code for bytes that are no event: nothing after the last good one can be trusted. */
export const corruptStream = 'CorruptStream';
/** etcd holds objects of up to 1.5 MB. */
const maxLineBytes = 8 * 1024 * 1024;
const objectTypes = new Set(['ADDED', 'MODIFIED', 'DELETED']);

/**
 * Opens a watch and yields its events in batches, as they arrive, until the server ends it. The first batch is empty: the
 * watch is open.
 * @throws KubeError: `ErrorEvent` with the Status of an ERROR event, `CorruptStream`, `ResponseTooLarge` or `JsonTooDeep` for
 * an event that cannot be read, `InactiveStream` for a silent one, `OverdueStream` for one without end, the server's reason for a refusal, else the transport's
 * code
 */
export async function* watchEvents<Raw extends KubeObject>(
  options: WatchOptions,
): AsyncGenerator<WatchEvent<Raw>[], void> {
  const action = `watch ${options.path}`;
  const stream = await options.transport.stream(options.path, options.signal);
  const watchdog = new Watchdog(stream, options);
  const splitter = new LineSplitter(maxLineBytes);
  try {
    yield [];
    for await (const chunk of stream.chunks) {
      const { events, failure } = decode<Raw>(action, splitter, chunk);
      if (events.length > 0) {
        watchdog.onEvents(events.some(({ type }) => type === 'BOOKMARK'));
        yield events;
      }
      if (failure) throw failure;
    }
    if (splitter.isInsideLine) throw new Error('the stream ended inside an event');
  } catch (error) {
    throw watchdog.error ?? fromFailure(action, error);
  } finally {
    watchdog.stop();
    stream.close();
  }
}

/** The events of a chunk up to the first thing that is none. */
function decode<Raw extends KubeObject>(
  action: string,
  splitter: LineSplitter,
  chunk: Buffer,
): { events: WatchEvent<Raw>[]; failure?: KubeError } {
  const events: WatchEvent<Raw>[] = [];
  try {
    for (const line of splitter.push(chunk)) events.push(toEvent<Raw>(action, line));
    return { events };
  } catch (error) {
    return { events, failure: toFailure(action, error) };
  }
}

function toFailure(action: string, error: unknown): KubeError {
  if (error instanceof KubeError) return error;
  if (isUnreadable(error)) return fromFailure(action, error);
  const message = `${action}: ${(error as Error).message}`;
  return new KubeError({ code: corruptStream, message, cause: error });
}

function toEvent<Raw extends KubeObject>(action: string, line: string): WatchEvent<Raw> {
  const { type, object } = decodeJson(cutManagedFields(line)) as {
    type?: string;
    object?: Partial<Bookmark>;
  };
  if (type === 'ERROR') throw fromStatus(action, object, { code: errorEvent });
  const isEvent =
    type === 'BOOKMARK'
      ? typeof object?.metadata?.resourceVersion === 'string'
      : objectTypes.has(type ?? '') && isKubeObject(object);
  if (!isEvent) throw new TypeError(`not a watch event: ${cutText(line, 100)}`);
  return { type, object } as WatchEvent<Raw>;
}

/** Ends a stream from which no whole event came for too long, or that has no end. */
class Watchdog {
  error: KubeError | undefined;
  readonly #stream: KubeStream;
  readonly #options: WatchOptions;
  readonly #stopper = new AbortController();
  readonly #endMs: number;
  #heardMs: number;
  #isRegular: boolean;

  constructor(stream: KubeStream, options: WatchOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#heardMs = options.clock.monotonicMs();
    this.#endMs = this.#heardMs + options.maxWatchMs;
    this.#isRegular = options.isRegular;
    void this.#run();
  }

  onEvents(haveBookmark: boolean): void {
    this.#heardMs = this.#options.clock.monotonicMs();
    this.#isRegular ||= haveBookmark;
  }

  stop(): void {
    this.#stopper.abort();
  }

  async #run(): Promise<void> {
    const { clock, inactivityMs } = this.#options;
    const { signal } = this.#stopper;
    while (!signal.aborted) {
      const leftMs = Math.min(this.#silenceEndMs, this.#endMs) - clock.monotonicMs();
      // Never longer than the silence, which a bookmark may bring into force meanwhile.
      if (leftMs > 0) await clock.sleep(Math.min(leftMs, inactivityMs), signal);
      else return this.#end();
    }
  }

  get #silenceEndMs(): number {
    return this.#isRegular ? this.#heardMs + this.#options.inactivityMs : Number.POSITIVE_INFINITY;
  }

  #end(): void {
    const { path, inactivityMs, maxWatchMs } = this.#options;
    this.error =
      this.#silenceEndMs < this.#endMs
        ? new KubeError({ code: 'InactiveStream', message: `watch ${path}: no event for ${inactivityMs} ms` })
        : new KubeError({ code: 'OverdueStream', message: `watch ${path}: no end after ${maxWatchMs} ms` });
    this.#stream.close();
  }
}
