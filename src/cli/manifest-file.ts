/** Reads manifests from YAML or JSON text as kubectl does, and knows where each field stands. */
import { Composer, type Document, LineCounter, type Node, Parser } from 'yaml';
import { isRecord } from '../core/json/is-record.ts';
import { faultsOf } from './document-faults.ts';
import { findField } from './find-field.ts';
import { kubectlTags } from './yaml-scalars.ts';

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
  /** For each document that cannot be read what is wrong with it, at least one problem. */
  readonly broken: readonly (readonly FileProblem[])[];
}

export type ReadDocument =
  | { readonly manifests: readonly ManifestInFile[] }
  | { readonly problems: readonly FileProblem[] };

/**
 * One document after the other, so that only one takes memory at a time, and time linear in `text`. One with a problem of
 * its own yields no manifest, an empty one none either.
 */
export function* readDocuments(text: string): Generator<ReadDocument> {
  const lines = new LineCounter();
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  // The library compares each key with each other one.
  const composer = new Composer({ version: '1.1', customTags: kubectlTags, uniqueKeys: false });
  const tokens = new Parser(lines.addNewLine).parse(text);
  for (const document of composer.compose(tokens, true, text.length))
    yield readDocument(document, positionOf);
}

/** All that `readDocuments` finds in `text`. */
export function readManifests(text: string): FileContent {
  const documents = [...readDocuments(text)];
  return {
    manifests: documents.flatMap((read) => ('manifests' in read ? read.manifests : [])),
    broken: documents.flatMap((read) => ('problems' in read ? [read.problems] : [])),
  };
}

function readDocument(document: Document.Parsed, positionOf: (offset: number) => Position): ReadDocument {
  const root: Node | null = document.contents;
  const found = faultsOf(document);
  if (found.length > 0) {
    return { problems: found.map(({ pos, message }) => ({ position: positionOf(pos[0]), message })) };
  }
  if (root === null) return { manifests: [] };
  const locate = (path: string) => positionOf(findField(document, root, path).range?.[0] ?? 0);
  const value = toValue(document);
  if (value === null) return { manifests: [] };
  if (!isRecord(value)) {
    const message = value === tooManyAliases ? 'resolves more aliases than is sensible' : 'is no object';
    return { problems: [{ position: locate(''), message }] };
  }
  if (!isList(value)) return { manifests: [{ object: value, position: locate(''), locate }] };
  const manifests = value.items.map((object, index) => {
    const locateItem = (path: string) => locate(`items[${index}].${path}`);
    return { object, position: locateItem(''), locate: locateItem };
  });
  return { manifests };
}

const tooManyAliases = Symbol('too many aliases');

function toValue(document: Document.Parsed): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // What the library throws for a few lines that stand for gigabytes.
    if (error instanceof ReferenceError) return tooManyAliases;
    throw error;
  }
}

/** What `kubectl get -o yaml` prints for more than one object. */
function isList(value: Record<string, unknown>): value is { items: Record<string, unknown>[] } {
  return /List$/.test(String(value.kind)) && Array.isArray(value.items) && value.items.every(isRecord);
}
