/** What an object may cost, and a system at rest, in counts that hold on every machine. */
import type { Figures } from './measure/figures.ts';

interface Limit {
  readonly what: string;
  readonly least: number;
  readonly most: number;
  readonly of: (figures: Figures) => number;
}

const limits: readonly Limit[] = [
  { what: 'creates in the cloud for each object', least: 1, most: 1, of: figure('cloudCreatePerObject') },
  { what: 'writes to the API server for each object', least: 2, most: 3, of: writesPerObject },
  { what: 'the same by the audit log', least: 2, most: 3, of: figure('auditedWritesPerObject') },
  { what: 'reads from the API server for each object', least: 0, most: 0, of: readsPerObject },
  { what: 'requests to the API server at rest', least: 0, most: 0, of: figure('restApiRequests') },
  { what: 'renewals of the lease at rest', least: 1, most: Infinity, of: figure('restLeaseRequests') },
  { what: 'calls to the cloud at rest', least: 0, most: 0, of: figure('restCloudCalls') },
];

/** A sentence for each limit that the figures of the scenario `rest` pass; none where all is well. */
export function brokenLimits(figures: Figures): string[] {
  return limits
    .map((limit) => ({ ...limit, value: limit.of(figures) }))
    .filter(({ value, least, most }) => !(value >= least && value <= most))
    .map(({ what, least, most, value }) => `${what}: ${value}, which must be ${least} to ${most}`);
}

/** Not a number where it is missing, which no limit lets pass. */
function figure(name: string): (figures: Figures) => number {
  return (figures) => figures[name] ?? Number.NaN;
}

function writesPerObject(figures: Figures): number {
  return figure('apiPutPerObject')(figures) + figure('apiPatchPerObject')(figures);
}

function readsPerObject(figures: Figures): number {
  return figure('apiGetPerObject')(figures) + figure('apiListPerObject')(figures);
}
