/** What happened between two moments of a run: CPU time, requests to the API server, calls to the cloud. */
import { plural } from '../../src/core/edge-app-version.ts';
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

interface Reading {
  readonly atMs: number;
  readonly operatorCpuMs: number;
  readonly serverCpuMs: number;
  readonly etcdCpuMs: number;
  readonly requests: Counts;
  readonly calls: Counts;
}

export interface Cost {
  readonly durationMs: number;
  readonly operatorCpuMs: number;
  readonly serverCpuMs: number;
  readonly etcdCpuMs: number;
  /** As `readApiRequests` names them. */
  readonly requests: Counts;
  /** As `EmulatorProcess.countCalls` names them. */
  readonly calls: Counts;
}

/** Starts to measure; the function it gives back ends that and tells what it came to. */
export async function openWindow(stage: Stage, measured: Measured): Promise<() => Promise<Cost>> {
  const before = await read(stage, measured);
  return async () => {
    const after = await read(stage, measured);
    return {
      durationMs: after.atMs - before.atMs,
      operatorCpuMs: after.operatorCpuMs - before.operatorCpuMs,
      serverCpuMs: after.serverCpuMs - before.serverCpuMs,
      etcdCpuMs: after.etcdCpuMs - before.etcdCpuMs,
      requests: difference(after.requests, before.requests),
      calls: difference(after.calls, before.calls),
    };
  };
}

/** CPU first, so that reading the rest is in no window by more than the server's answer to it. */
async function read(stage: Stage, measured: Measured): Promise<Reading> {
  const { etcd = 0, apiServer = 0 } = stage.controlPlane.processIds();
  const [operatorCpuMs, serverCpuMs, etcdCpuMs] = await Promise.all([
    measured.cpuMs(),
    readCpuMs(apiServer),
    readCpuMs(etcd),
  ]);
  const atMs = nowMs();
  const [requests, calls] = [await readApiRequests(stage.transport), await stage.emulator.countCalls()];
  return { atMs, operatorCpuMs, serverCpuMs, etcdCpuMs, requests, calls };
}

const verbs = ['GET', 'LIST', 'PUT', 'PATCH'] as const;
const actions = ['List', 'Create', 'Get'] as const;

/** The cost for each of `count` objects. The loader's POSTs are in the server's CPU time, and the same for all. */
export function toFiguresPerObject(cost: Cost, count: number): Figures {
  const { operatorCpuMs, serverCpuMs, etcdCpuMs, requests, calls } = cost;
  const ofVerb = (verb: string) =>
    total(requests, (name) => isOurs(name) && name.startsWith(`${verb} `)) / count;
  const ofAction = (action: string) =>
    total(calls, (name) => name.startsWith(`${action}EdgeContainerAppVersion`)) / count;
  return {
    operatorCpuPerObject: operatorCpuMs / count,
    serverCpuPerObject: serverCpuMs / count,
    etcdCpuPerObject: etcdCpuMs / count,
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
