/** Finds what ships beside the program: `crds/`, `docs/errors.md`. */

/** @param path from the root of the package. The same from src/ and from dist/, where the bundle lies flat. */
export function shippedFile(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}
