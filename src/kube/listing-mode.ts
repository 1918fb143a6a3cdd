/** Whether the next listing is asked for as a stream or in pages. */

/** Responses that say nothing about whether the server knows streamed listings. */
const unrelatedRefusals = new Set<number | undefined>([401, 403, 404, 410, 429]);
/** Responses to a streamed listing by a server that does not have it (before 1.32, or by feature gate). */
const streamingUnsupported = new Set<number | undefined>([400, 422]);

export class ListingMode {
  /** The next listing comes in pages. */
  isPaged = false;
  #isStreamingUnsupported = false;

  /** A listing in pages is complete: the next one is streamed where the server can. */
  onListed(): void {
    this.isPaged = this.#isStreamingUnsupported;
  }

  /** A listing failed. Returns whether it shows, for the first time, that the server does not stream listings. */
  onFailure(status: number | undefined): boolean {
    if (unrelatedRefusals.has(status)) return false;
    this.isPaged = true;
    if (this.#isStreamingUnsupported || !streamingUnsupported.has(status)) return false;
    this.#isStreamingUnsupported = true;
    return true;
  }
}
