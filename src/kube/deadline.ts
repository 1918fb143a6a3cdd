/** The time limit of one call, together with its caller's own signal. */
import { KubeError } from './kube-error.ts';

export class Deadline {
  /** Why the signal aborted; undefined as long as it has not. */
  error: KubeError | undefined;
  readonly #action: string;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #callerSignal: AbortSignal | undefined;

  constructor(action: string, limitMs: number, callerSignal?: AbortSignal) {
    this.#action = action;
    this.#callerSignal = callerSignal;
    this.#timer = setTimeout(() => this.#end('DeadlineExceeded', `no answer within ${limitMs} ms`), limitMs);
    if (callerSignal?.aborted) this.#onAbort();
    else callerSignal?.addEventListener('abort', this.#onAbort);
  }

  /** What becomes of `work`, or this deadline's error if that comes first. */
  async race<T>(work: Promise<T>): Promise<T> {
    const ended = Promise.withResolvers<never>();
    const onAbort = (): void => ended.reject(this.error);
    if (this.signal.aborted) onAbort();
    else this.signal.addEventListener('abort', onAbort, { once: true });
    return await Promise.race([work, ended.promise]);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Must be called when the call has ended. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#callerSignal?.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => this.#end('Aborted', 'given up by the caller');

  #end(code: 'Aborted' | 'DeadlineExceeded', text: string): void {
    this.error ??= new KubeError({ code, message: `${this.#action}: ${text}` });
    this.#controller.abort(this.error);
  }
}
