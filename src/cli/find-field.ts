/** Finds where a field stands in a YAML document. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';

/** The node that stands for the field at `path` (`spec.containers[0].image`), or for the innermost part of it that is there. */
export function findField(document: Document, root: Node, path: string): Node {
  return findNode(document, root, toKeys(path));
}

/** `spec.env[0].name` and `metadata.labels[a/b]` as their parts. */
function toKeys(path: string): string[] {
  return Array.from(path.matchAll(/\[([^\]]*)\]|[^.[\]]+/g), ([part, bracketed]) => bracketed ?? part);
}

/** The node that stands for the innermost of `keys` that is there: in a map the key itself, in a list the item. */
function findNode(document: Document, root: Node, keys: readonly string[]): Node {
  let found = root;
  let inner: unknown = root;
  for (const key of keys) {
    const next = enter(isAlias(inner) ? inner.resolve(document) : inner, key);
    if (!next) return found;
    found = next.at;
    inner = next.inner;
  }
  return found;
}

function enter(container: unknown, key: string): { readonly at: Node; readonly inner: unknown } | undefined {
  if (isMap(container)) {
    const pair = pairsOf(container).get(key);
    return pair && { at: pair.key as Node, inner: pair.value };
  }
  const item = isSeq(container) ? container.items[Number(key)] : undefined;
  return isNode(item) ? { at: item, inner: item } : undefined;
}

const knownPairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

/** By the text of their keys, so that each of many issues is found at once. */
function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const known = knownPairs.get(map);
  if (known) return known;
  const pairs = new Map(
    map.items.flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value), pair]] : [])),
  );
  knownPairs.set(map, pairs);
  return pairs;
}
