/** The secrets that the process has held, so that no log line shows one, also of keys that are read while it runs. */
import { createRedactor, type Redact } from '../core/text/redact.ts';

/** Of a credential that changes each hour those of some hours: an error may be logged later than it happened. */
const mostRemembered = 16;

export class KnownSecrets {
  #secrets: readonly string[] = [];
  #redact: Redact = createRedactor([]);

  /** From now on no line holds one of these. */
  learn(secrets: readonly string[]): void {
    const unknown = secrets.filter((secret) => secret !== '' && !this.#secrets.includes(secret));
    if (unknown.length === 0) return;
    this.#secrets = [...unknown, ...this.#secrets].slice(0, mostRemembered);
    this.#redact = createRedactor(this.#secrets);
  }

  readonly redact: Redact = (text) => this.#redact(text);
}
