/** A TCP connection without any manners: sends bytes as they are, and keeps what comes back. */
import { connect, type Socket } from 'node:net';

export class RawConnection implements Disposable {
  /** Resolves once the connection is over, from whichever side; no matter how. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  #received = '';
  readonly #waiting = new Set<() => void>();

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.#socket.setEncoding('latin1').on('data', (text: string) => {
      this.#received += text;
      for (const look of this.#waiting) look();
    });
    this.#socket.on('error', () => {});
    this.#socket.on('end', () => this.#socket.end());
    this.closed = new Promise((resolve) => {
      this.#socket.once('close', () => {
        for (const look of this.#waiting) look();
        resolve();
      });
    });
  }

  /** All that came so far, a character for each byte. */
  get received(): string {
    return this.#received;
  }

  send(bytes: string | Buffer): this {
    this.#socket.write(bytes);
    return this;
  }

  /** Sends nothing more, and still reads. */
  halfClose(): this {
    this.#socket.end();
    return this;
  }

  /** Ends it at once with a reset. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** The first match in what came; undefined if the connection ended without one. */
  match(pattern: RegExp): Promise<RegExpExecArray | undefined> {
    return new Promise((resolve) => {
      const look = () => {
        const found = pattern.exec(this.#received);
        if (found === null && !this.#socket.closed) return;
        this.#waiting.delete(look);
        resolve(found ?? undefined);
      };
      this.#waiting.add(look);
      look();
    });
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
