/** JSON with one spelling for one value, to be hashed or compared. */
import { isRecord } from './is-record.ts';

/** JSON text with the members of every object in code-unit order; arrays keep theirs, undefined members go. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (isRecord(member) ? sortMembers(member) : member));
}

function sortMembers(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compareCodeUnits(a, b)));
}

/** The order of `<` on strings, which no locale changes. */
export function compareCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
