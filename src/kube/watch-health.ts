/** When a watch was last heard, and whether that is long ago: then the cache may be old. */
import type { Clock } from '../core/clock.ts';
import { maxWatchSeconds } from './watch-query.ts';

/** An API server sends a bookmark each minute: the time of two, and a little more. */
export const defaultInactivityMs = 130_000;
/** The server has ended a watch by then, unless it is out of reach: all that shows where it sends no bookmarks. */
export const maxWatchMs = maxWatchSeconds * 1000 + 30_000;

export class WatchHealth {
  /** Whether a bookmark ever came, so that others have to follow. */
  sendsBookmarks = false;
  readonly #clock: Clock;
  readonly #inactivityMs: number;
  #heardMs = Number.NEGATIVE_INFINITY;
  /** When the open watch was opened; undefined where none is. */
  #openedMs: number | undefined;

  constructor(clock: Clock, inactivityMs: number) {
    this.#clock = clock;
    this.#inactivityMs = inactivityMs;
  }

  /** May be called again while it is open. */
  onOpen(): void {
    this.#openedMs ??= this.#clock.monotonicMs();
  }

  /** An event, a bookmark or a complete listing. */
  onHeard(): void {
    this.#heardMs = this.#clock.monotonicMs();
  }

  /** Without bookmarks an end in order is all that may be heard; one that comes early may be a gateway's. */
  onEnd(): void {
    const openedMs = this.#openedMs ?? Number.POSITIVE_INFINITY;
    if (this.#clock.monotonicMs() - openedMs > this.#inactivityMs) this.onHeard();
  }

  onClosed(): void {
    this.#openedMs = undefined;
  }

  isHeard(): boolean {
    const isPatient = this.#openedMs !== undefined && !this.sendsBookmarks;
    return this.#clock.monotonicMs() - this.#heardMs <= (isPatient ? maxWatchMs : this.#inactivityMs);
  }
}
