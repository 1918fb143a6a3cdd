/** Reads the API's packed strings back, written from its text and not from the packing code. */

/** Words stand between single spaces; one that begins with a double quote reaches to the next one. */
export function splitParts(joined: string): string[] {
  return [...joined.matchAll(/"([^"]*)"(?: |$)|([^ "]+)(?: |$)/g)].map((match) => match[1] ?? match[2] ?? '');
}

export function splitEnv(joined: string): { name: string; value: string }[] {
  return joined.split(',').map((pair) => {
    const equals = pair.indexOf('=');
    return { name: pair.slice(0, equals), value: pair.slice(equals + 1) };
  });
}
