/** Finds the versions whose name holds a text, without reading every name. */
import type { VersionRecord } from './version-record.ts';

const gramLength = 3;

/** Whether `text` matches `key`, case ignored. */
export function fuzzyMatch(text: string, key: string, mode: 'substring' | 'prefix'): boolean {
  const [lowerText, lowerKey] = [text.toLowerCase(), key.toLowerCase()];
  return mode === 'prefix' ? lowerText.startsWith(lowerKey) : lowerText.includes(lowerKey);
}

/**
 * Names by their three-character pieces. A name that holds a key holds all pieces of the key, so the versions under the
 * key's rarest piece are all that must be looked at.
 */
export class NameIndex {
  /** Each list in the order of creation. Removed versions stay until the next rebuild. */
  readonly #byGram = new Map<string, VersionRecord[]>();

  add(version: VersionRecord): void {
    for (const gram of grams(version.name)) {
      const list = this.#byGram.get(gram);
      if (list === undefined) this.#byGram.set(gram, [version]);
      else list.push(version);
    }
  }

  rebuild(versions: readonly VersionRecord[]): void {
    this.#byGram.clear();
    for (const version of versions) this.add(version);
  }

  /** A superset of the matches, in the order of creation; undefined if the key is too short to help. */
  candidates(key: string): readonly VersionRecord[] | undefined {
    let shortest: readonly VersionRecord[] | undefined;
    for (const gram of grams(key)) {
      const list = this.#byGram.get(gram) ?? [];
      if (shortest === undefined || list.length < shortest.length) shortest = list;
    }
    return shortest;
  }
}

function grams(name: string): Set<string> {
  const lower = name.toLowerCase();
  const found = new Set<string>();
  for (let start = 0; start + gramLength <= lower.length; start += 1) {
    found.add(lower.slice(start, start + gramLength));
  }
  return found;
}
