/** Makes ids in the cloud's form: a prefix and 18 digits. */

let made = 0;

/** Unique in this process, and after a restart, as time goes on. */
export function newId(prefix: 'app' | 'ver', nowMs: number): string {
  made = (made + 1) % 100_000;
  return `${prefix}-${String(nowMs).padStart(13, '0')}${String(made).padStart(5, '0')}`;
}
