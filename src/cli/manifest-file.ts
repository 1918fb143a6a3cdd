/** Reads manifests from YAML or JSON text as kubectl does, and knows where each field stands. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type Tags,
} from 'yaml';

/** Both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface ManifestInFile {
  /** As decoded; of a List, one of its items. */
  readonly object: Readonly<Record<string, unknown>>;
  readonly position: Position;
  /** Where the field at `path` (`spec.containers[0].image`) stands, or the innermost part of the path that is there. */
  locate(path: string): Position;
}

export interface FileProblem {
  readonly position: Position;
  readonly message: string;
}

export interface FileContent {
  readonly manifests: readonly ManifestInFile[];
  readonly problems: readonly FileProblem[];
}

/** Empty documents are left out. A document with a problem of its own yields no manifest. */
export function readManifests(text: string): FileContent {
  const lines = new LineCounter();
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    version: '1.1',
    customTags: withoutTimes,
    prettyErrors: false,
  });
  const content = [...documents].map((document) => readDocument(document as Document.Parsed, positionOf));
  return {
    manifests: content.flatMap(({ manifests }) => manifests),
    problems: content.flatMap(({ problems }) => problems),
  };
}

/** kubectl reads YAML 1.1 (`yes` is true, 0644 octal), but takes neither 12:30 nor 2026-01-01 for anything but a text. */
function withoutTimes(tags: Tags): Tags {
  return tags.filter(
    (tag) =>
      typeof tag !== 'object' ||
      !('tag' in tag) ||
      !(tag.format === 'TIME' || tag.tag?.endsWith(':timestamp')),
  );
}

function readDocument(document: Document.Parsed, positionOf: (offset: number) => Position): FileContent {
  const problems = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    position: positionOf(pos[0]),
    message,
  }));
  const root: Node | null = document.contents;
  const value: unknown = problems.length > 0 ? null : document.toJS();
  if (root === null || value === null) return { manifests: [], problems };
  const locate = (path: string) => positionOf(findNode(document, root, toKeys(path)).range?.[0] ?? 0);
  if (!isObject(value))
    return { manifests: [], problems: [{ position: locate(''), message: 'is no object' }] };
  if (!isList(value)) return { manifests: [{ object: value, position: locate(''), locate }], problems };
  const manifests = value.items.map((object, index) => {
    const locateItem = (path: string) => locate(`items[${index}].${path}`);
    return { object, position: locateItem(''), locate: locateItem };
  });
  return { manifests, problems };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What `kubectl get -o yaml` prints for more than one object. */
function isList(value: Record<string, unknown>): value is { items: Record<string, unknown>[] } {
  return /List$/.test(String(value.kind)) && Array.isArray(value.items) && value.items.every(isObject);
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
    const pair = container.items.find(({ key: name }) => isScalar(name) && String(name.value) === key);
    return pair && { at: pair.key as Node, inner: pair.value };
  }
  const item = isSeq(container) ? container.items[Number(key)] : undefined;
  return isNode(item) ? { at: item, inner: item } : undefined;
}
