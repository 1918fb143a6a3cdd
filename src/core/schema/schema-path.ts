/** Field paths as the API server writes them, for example `spec.containers[0].image`. */

export function childPath(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}

export function itemPath(parent: string, index: number | string): string {
  return `${parent}[${index}]`;
}

/** The field path of a JSON pointer into `root`. */
export function toFieldPath(pointer: string, root: unknown): string {
  let path = '';
  let value = root;
  for (const segment of pointer.split('/').slice(1).map(unescapePointer)) {
    path = Array.isArray(value) ? itemPath(path, segment) : childPath(path, segment);
    value = (value as Record<string, unknown>)[segment];
  }
  return path;
}

function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}
