import { systemClock } from '../../src/operator/system-clock.ts';
import { type Counts, difference, total } from '../measure/counts.ts';
import { openWindow, toFiguresPerObject } from '../measure/window.ts';
import type { Stage } from '../stage.ts';
import { controllers, type Scenario } from './scenario.ts';
import { apply, crowdOf, toFinalFigures } from './under-load.ts';

/** What a system may ask at rest: its watch, and its Lease. */
const isDue = (request: string): boolean => request.startsWith('watch ') || / leases$/.test(request);

const isWrite = (request: string): boolean => /^(update|patch) edgeappversions/.test(request);

export const rest: Scenario = {
  about:
    'nothing to do after a burst, for a minute: what the system still asks of the API server and the cloud',
  defaults: {},
  systems: controllers,
  isAudited: true,
  async run(stage, options) {
    const { objects, settleMs, restMs } = options;
    const process = await stage.startSystem();
    const closeWork = await openWindow(stage, process);
    await apply(stage, process, crowdOf(stage, options));
    await process.whileItRuns(stage.observer.untilReady(objects));
    const work = await closeWork();
    await systemClock.sleep(settleMs);
    const [before, closeRest] = [await audited(stage), await openWindow(stage, process)];
    await systemClock.sleep(restMs);
    const [cost, asked] = [await closeRest(), difference(await audited(stage), before)];
    return {
      ...toFiguresPerObject(work, objects),
      auditedWritesPerObject: total(before, isWrite) / objects,
      restApiRequests: total(asked, (name) => !isDue(name)),
      restLeaseRequests: total(asked, (name) => / leases$/.test(name)),
      restCloudCalls: total(cost.calls),
      restCpuMsPerMinute: (cost.operatorCpuMs * 60_000) / cost.durationMs,
      ...(await toFinalFigures(process, 0)),
    };
  },
};

async function audited(stage: Stage): Promise<Counts> {
  if (!stage.audit) throw new Error('this scenario needs a stage that is audited');
  return stage.audit.count();
}
