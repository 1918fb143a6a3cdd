/** What is wrong with a YAML document, whatever it is about. */
import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  type Node,
  type Scalar,
  visit,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { mostIssues } from '../core/schema/issue.ts';

export type Fault = Pick<YAMLError, 'pos' | 'message'>;

const deepest = 256;
const tooDeep = 'is nested too deeply';

/** The library's own findings, and what it lets pass: a key given twice, and nesting that exhausts a stack later on. Not all, where they are more than `mostIssues`. */
export function faultsOf(document: Document.Parsed): Fault[] {
  const found = [...document.errors, ...document.warnings].slice(0, mostIssues + 1);
  const faults = found.map(({ code, pos, message }) => ({
    pos,
    message: code === 'RESOURCE_EXHAUSTION' ? tooDeep : message,
  }));
  visit(document, {
    Alias(_, alias, path) {
      // Looking the anchor up goes through the document, and few aliases are named like something around them.
      const isSuspect = path.some((node) => isCollection(node) && node.anchor === alias.source);
      if (isSuspect && path.includes(alias.resolve(document) as Node))
        faults.push(faultAt(alias, `*${alias.source} stands in what it stands for, without end`));
    },
    Collection(_, collection, path) {
      const isTooDeep = path.length > deepest;
      if (isTooDeep) faults.push(faultAt(collection, tooDeep));
      else if (isMap(collection))
        faults.push(
          ...repeatedKeys(collection).map((key) => faultAt(key, `the key ${key.value} is there twice`)),
        );
      return isTooDeep || faults.length > mostIssues ? visit.BREAK : undefined;
    },
  });
  return faults;
}

function faultAt({ range }: Node, message: string): Fault {
  const at = range?.[0] ?? 0;
  return { pos: [at, at], message };
}

function repeatedKeys({ items }: YAMLMap): Scalar[] {
  const seen = new Set<string>();
  const repeated: Scalar[] = [];
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    const name = String(key.value);
    if (seen.has(name) && name !== '<<') repeated.push(key);
    if (repeated.length > mostIssues) break;
    seen.add(name);
  }
  return repeated;
}
