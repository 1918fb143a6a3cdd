/** By what a version of the probe is known: its name and its remarks, which both name the run that made it. */

interface Version {
  readonly name: string;
  readonly remarks: string;
}

/** Eight letters and digits, new for each run. */
export function runIdFrom(uuid: string): string {
  return uuid.replaceAll('-', '').slice(0, 8);
}

/** What the names of a run begin with. */
export function namePrefix(runId: string): string {
  return `edgeapp-probe-${runId}-`;
}

/** Begins the remarks, so that it stays if they are cut; not the operator's mark, so that no operator takes it. */
export function markOf(runId: string): string {
  return `[edgeapp-probe run=${runId}]`;
}

/** The run that made a version, or undefined for a version of anybody else: name and mark must say the same. */
export function runOf({ name, remarks }: Version): string | undefined {
  const [, named] = name.match(/^edgeapp-probe-([0-9a-f]{8})-[a-z0-9-]+$/) ?? [];
  const [, marked] = remarks.match(/^\s*\[\s*edgeapp-probe\s+run=([0-9a-f]{8})\s*\]/) ?? [];
  return named === marked ? named : undefined;
}
