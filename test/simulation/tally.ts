/** Counts what happened in schedules, so that nobody takes a schedule that tried nothing for a proof. */

export type Counts = Record<string, number>;

export class Tally {
  readonly calls: Counts = {};
  readonly crashes: Counts = {};
  readonly faults: Counts = {};
  posts = 0;

  call(name: string): void {
    add(this.calls, name, 1);
  }

  crash(point: string): void {
    add(this.crashes, point, 1);
  }

  fault(kind: string): void {
    add(this.faults, kind, 1);
  }

  addAll(other: Pick<Tally, 'calls' | 'crashes' | 'faults' | 'posts'>): void {
    this.posts += other.posts;
    for (const part of ['calls', 'crashes', 'faults'] as const) addCounts(this[part], other[part]);
  }
}

export function addCounts(to: Counts, from: Counts): void {
  for (const [name, count] of Object.entries(from)) add(to, name, count);
}

function add(counts: Counts, name: string, count: number): void {
  counts[name] = (counts[name] ?? 0) + count;
}
