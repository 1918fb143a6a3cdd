/** The outcome of all runs: a table for people, one line of JSON for programs. */
import type { Figures } from './measure/figures.ts';
import { type Spread, spreadOf } from './measure/spread.ts';
import type { SystemName } from './systems/system.ts';

export interface Outcome {
  readonly system: SystemName;
  readonly figures: Figures;
}

export type SystemFigures = Readonly<Record<string, Spread>>;

export interface Report {
  readonly scenario: string;
  readonly objects: number;
  readonly runs: number;
  readonly systems: Readonly<Partial<Record<SystemName, SystemFigures>>>;
  /** The operator's median over the peer's; a name with `ToFloor`: over that of the bare loop. */
  readonly ratios: Figures;
}

/** The figures whose ratio to the peer counts, where a scenario has them. */
const compared = [
  'objectsPerSecond',
  'p99Ms',
  'operatorCpuPerObject',
  'serverCpuPerObject',
  'rssSettled',
  'rssAnonymous',
  'coldStartMs',
  'overtakingP50Ms',
  'withoutProgressMs',
];

export function toReport(
  of: Pick<Report, 'scenario' | 'objects' | 'runs'>,
  outcomes: readonly Outcome[],
): Report {
  const bySystem = Map.groupBy(outcomes, ({ system }) => system);
  const systems: Partial<Record<SystemName, SystemFigures>> = Object.fromEntries(
    [...bySystem].map(([system, runs]) => [system, toSpreads(runs.map(({ figures }) => figures))]),
  );
  return { ...of, systems, ratios: toRatios(systems) };
}

function toSpreads(runs: readonly Figures[]): SystemFigures {
  const names = [...new Set(runs.flatMap((figures) => Object.keys(figures)))];
  return Object.fromEntries(
    names.map((name) => [
      name,
      spreadOf(runs.map((figures) => figures[name]).filter((value) => value !== undefined)),
    ]),
  );
}

function toRatios({ operator, peerGo, floor }: Report['systems']): Figures {
  const toPeer = compared.map((name) => [name, ratio(operator?.[name], peerGo?.[name])] as const);
  const toFloor = [
    'objectsPerSecondToFloor',
    ratio(operator?.objectsPerSecond, floor?.objectsPerSecond),
  ] as const;
  return Object.fromEntries(
    [...toPeer, toFloor].flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function ratio(one: Spread | undefined, other: Spread | undefined): number | undefined {
  return one && other && other.median > 0 ? one.median / other.median : undefined;
}

/** The most CPU time that the Go peer may use for an object of a burst, in milliseconds, when it is well tuned. */
const peerCpuLimitMs = 2.7;

/** Why nothing may be concluded from the ratios, or undefined. */
export function voidReason({ scenario, systems }: Report): string | undefined {
  if (scenario !== 'burst') return undefined;
  const usedMs = systems.peerGo?.operatorCpuPerObject?.median ?? 0;
  if (usedMs <= peerCpuLimitMs) return undefined;
  return `void: peerGo used ${usedMs.toFixed(1)} ms of CPU time for an object, more than ${peerCpuLimitMs}`;
}

/** One row for each figure, one column for each system: the median, and the spread where there are several runs. */
export function renderTable(report: Report): string {
  const { scenario, objects, runs, systems, ratios } = report;
  const names = Object.keys(systems) as SystemName[];
  const figures = [...new Set(names.flatMap((name) => Object.keys(systems[name] ?? {})))];
  const rows = figures.map((figure) => [
    figure,
    ...names.map((name) => renderSpread(systems[name]?.[figure])),
  ]);
  const title = `${scenario}: ${objects} objects, ${runs} ${runs === 1 ? 'run' : 'runs'} of each system`;
  const ratioLines = Object.entries(ratios).map(([name, value]) => `  ${name} ${value.toFixed(2)}`);
  return [
    title,
    ...alignColumns([['', ...names], ...rows]),
    ...(ratioLines.length > 0 ? ['operator to peerGo (or floor):', ...ratioLines] : []),
    ...[voidReason(report)].filter((line) => line !== undefined),
  ].join('\n');
}

function renderSpread(spread: Spread | undefined): string {
  if (!spread) return '-';
  const { median, min, max } = spread;
  return min === max ? brief(median) : `${brief(median)} (${brief(min)}-${brief(max)})`;
}

/** Three digits that matter. */
function brief(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
