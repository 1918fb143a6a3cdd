import { systemClock } from '../../src/operator/system-clock.ts';
import type { Applied } from '../load/load-plan.ts';
import { versionIdLatenciesMs } from '../measure/latency.ts';
import { percentile } from '../measure/spread.ts';
import { controllers, type Scenario } from './scenario.ts';
import { apply, crowdOf, toFinalFigures } from './under-load.ts';

const newcomers = 20;
const pauseMs = 1_000;

export const overtake: Scenario = {
  about: 'all objects at once, and while they wait a few new ones in the same namespace: how long those take',
  // So slow a cloud that the crowd is created long before the system has worked through it.
  defaults: { objects: 13_000, latencyMs: 100 },
  systems: controllers,
  async run(stage, options) {
    const { observer } = stage;
    const process = await stage.startSystem();
    const crowd = crowdOf(stage, options);
    await apply(stage, process, crowd);
    await systemClock.sleep(pauseMs);
    const stillWaiting = options.objects - observer.readyCount;
    const late = { ...crowd, prefix: 'late', count: newcomers, ratePerSecond: 5 };
    const applied = await apply(stage, process, late);
    const hasVersion = ({ key }: Applied) => observer.sightings.get(key)?.versionIdMs !== undefined;
    await process.whileItRuns(observer.until(() => applied.every(hasVersion)));
    const latenciesMs = versionIdLatenciesMs(applied, observer.sightings);
    return {
      overtakingP50Ms: percentile(latenciesMs, 50),
      overtakingMaxMs: percentile(latenciesMs, 100),
      stillWaiting,
      ...(await toFinalFigures(process, options.settleMs)),
    };
  },
};
