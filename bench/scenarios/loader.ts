import type { Applied } from '../load/load-plan.ts';
import { startLoad } from '../load/start-load.ts';
import type { Scenario } from './scenario.ts';
import { crowdOf } from './under-load.ts';

export const loader: Scenario = {
  about: 'the loader alone, without any system: how many objects a second it creates',
  defaults: {},
  // No system is started: this is what each of them has beside itself.
  systems: ['floor'],
  async run(stage, options) {
    const applied: Applied[] = [];
    const { utilization } = await startLoad(crowdOf(stage, options), {
      wantsObjects: false,
      onApplied: (each) => applied.push(each),
    });
    const startMs = Math.min(...applied.map(({ sentMs }) => sentMs));
    const endMs = Math.max(...applied.map(({ answeredMs }) => answeredMs));
    return { loadedPerSecond: (applied.length * 1000) / (endMs - startMs), loaderUtilization: utilization };
  },
};
