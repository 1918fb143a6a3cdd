/** A system at work on objects that a user applies: what it costs and how fast it is. */
import { openFeed } from '../floor/feed.ts';
import { namespaces } from '../install.ts';
import type { Applied, LoadPlan } from '../load/load-plan.ts';
import { startLoad } from '../load/start-load.ts';
import type { Figures } from '../measure/figures.ts';
import { toSpeedFigures } from '../measure/latency.ts';
import { openWindow, toFiguresPerObject } from '../measure/window.ts';
import type { Stage } from '../stage.ts';
import type { SystemProcess } from '../system-process.ts';
import type { RunOptions } from './scenario.ts';

/** Creates under way at a time in a burst. */
const parallelism = 32;

/** All objects of the run, into one namespace. */
export function crowdOf(stage: Stage, { objects, objectsPerApp }: RunOptions, ratePerSecond = 0): LoadPlan {
  return {
    kubeconfig: stage.controlPlane.adminKubeconfig,
    namespace: namespaces.crowd,
    prefix: 'crowd',
    count: objects,
    objectsPerApp,
    ratePerSecond,
    parallelism,
  };
}

/** Creates the objects; `process` is told of them where it does not watch. */
export async function apply(stage: Stage, process: SystemProcess, plan: LoadPlan): Promise<Applied[]> {
  const applied: Applied[] = [];
  const feed = stage.system.isController ? undefined : openFeed(process.healthUrl);
  await startLoad(plan, {
    wantsObjects: feed !== undefined,
    onApplied({ object, ...times }) {
      applied.push(times);
      if (object) feed?.give(object);
    },
  });
  feed?.close();
  return applied;
}

/** Starts the system, has it work through `plan`, leaves it alone for a while and stops it. */
export async function measureUnderLoad(stage: Stage, plan: LoadPlan, settleMs: number): Promise<Figures> {
  const process = await stage.startSystem();
  process.forgetEventLoopDelay();
  const closeWindow = await openWindow(stage, process);
  const applied = await apply(stage, process, plan);
  await process.whileItRuns(stage.observer.untilReady(plan.count));
  const cost = await closeWindow();
  return {
    ...toSpeedFigures(applied, stage.observer.sightings),
    ...toFiguresPerObject(cost, plan.count),
    ...(await toFinalFigures(process, settleMs)),
  };
}

/** Memory at its peak and after `settleMs` without work, start time, event loop delay; the process is over then. */
export async function toFinalFigures(process: SystemProcess, settleMs: number): Promise<Figures> {
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const { rssMb, peakMb, anonymousMb } = await process.memory();
  await process.stop();
  const eventLoopDelayP99Ms = await process.eventLoopDelayMs();
  return {
    rssPeak: peakMb,
    rssSettled: rssMb,
    rssAnonymous: anonymousMb,
    ...(process.coldStartMs !== undefined && { coldStartMs: process.coldStartMs }),
    ...(eventLoopDelayP99Ms !== undefined && { eventLoopDelayP99Ms }),
  };
}
