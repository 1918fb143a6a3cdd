/** What happened between two moments of a run: CPU time, requests to the API server, calls to the cloud. */
import { plural } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { nowMs } from '../clock.ts';
import type { Stage } from '../stage.ts';
import { readApiRequests } from './api-requests.ts';
import { type Counts, difference, total } from './counts.ts';
import type { Figures } from './figures.ts';
import { readCpuMs } from './process-usage.ts';

/** A process of the system, or several that count as one. */
export interface Measured {
  cpuMs(): Promise<number>;
}

/** In milliseconds of CPU time. */
interface Usage {
  readonly operatorCpuMs: number;
  readonly serverCpuMs: number;
  readonly etcdCpuMs: number;
  readonly emulatorCpuMs: number;
}

export interface Cost extends Usage {
  readonly durationMs: number;
  /** As `readApiRequests` names them. */
  readonly requests: Counts;
  /** As `EmulatorProcess.countCalls` names them. */
  readonly calls: Counts;
}

/**
 * Starts to measure; the function it gives back ends that and tells what it came to. Counters, whose reading costs the
 * servers something, are read outside of the time for which CPU is counted.
 */
export async function openWindow(stage: Stage, measured: Measured): Promise<() => Promise<Cost>> {
  const countsBefore = await readCounts(stage);
  const before = await readUsage(stage, measured);
  const startMs = nowMs();
  return async () => {
    const durationMs = nowMs() - startMs;
    const after = await readUsage(stage, measured);
    const countsAfter = await readCounts(stage);
    return {
      durationMs,
      operatorCpuMs: after.operatorCpuMs - before.operatorCpuMs,
      serverCpuMs: after.serverCpuMs - before.serverCpuMs,
      etcdCpuMs: after.etcdCpuMs - before.etcdCpuMs,
      emulatorCpuMs: after.emulatorCpuMs - before.emulatorCpuMs,
      requests: difference(countsAfter.requests, countsBefore.requests),
      calls: difference(countsAfter.calls, countsBefore.calls),
    };
  };
}

async function readUsage({ controlPlane, emulator }: Stage, measured: Measured): Promise<Usage> {
  const { etcd, apiServer } = controlPlane.processIds();
  const [operatorCpuMs, serverCpuMs, etcdCpuMs, emulatorCpuMs] = await Promise.all([
    measured.cpuMs(),
    readCpuMs(apiServer),
    readCpuMs(etcd),
    readCpuMs(emulator.pid),
  ]);
  return { operatorCpuMs, serverCpuMs, etcdCpuMs, emulatorCpuMs };
}

async function readCounts({ transport, emulator }: Stage): Promise<{ requests: Counts; calls: Counts }> {
  const [requests, calls] = await Promise.all([readApiRequests(transport), emulator.countCalls()]);
  return { requests, calls };
}

const verbs = ['GET', 'LIST', 'PUT', 'PATCH'] as const;
const actions = ['List', 'Create', 'Get'] as const;

/** The cost for each of `count` objects. The loader's POSTs are in the server's CPU time, and the same for all. */
export function toFiguresPerObject(cost: Cost, count: number): Figures {
  const { operatorCpuMs, serverCpuMs, etcdCpuMs, emulatorCpuMs, requests, calls } = cost;
  const ofVerb = (verb: string) =>
    total(requests, (name) => isOurs(name) && name.startsWith(`${verb} `)) / count;
  const ofAction = (action: string) =>
    total(calls, (name) => name.startsWith(`${action}EdgeContainerAppVersion`)) / count;
  return {
    operatorCpuPerObject: operatorCpuMs / count,
    serverCpuPerObject: serverCpuMs / count,
    etcdCpuPerObject: etcdCpuMs / count,
    emulatorCpuPerObject: emulatorCpuMs / count,
    ...Object.fromEntries(verbs.map((verb) => [`api${toTitle(verb)}PerObject`, ofVerb(verb)])),
    ...Object.fromEntries(actions.map((action) => [`cloud${action}PerObject`, ofAction(action)])),
  };
}

function isOurs(request: string): boolean {
  return new RegExp(` ${plural}(/|$)`).test(request);
}

function toTitle(verb: string): string {
  return verb.slice(0, 1) + verb.slice(1).toLowerCase();
}
