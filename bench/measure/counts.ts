/** Numbers by name, as counters give them. */

export type Counts = Readonly<Record<string, number>>;

/** What was added to each counter between two readings; what did not move is left out. */
export function difference(after: Counts, before: Counts): Counts {
  const entries = Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== 0));
}

/** The sum of those counters whose name passes. */
export function total(counts: Counts, passes: (name: string) => boolean = () => true): number {
  return Object.entries(counts).reduce((sum, [name, value]) => sum + (passes(name) ? value : 0), 0);
}
