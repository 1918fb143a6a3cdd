import { total } from '../measure/counts.ts';
import { everySystem, type Scenario } from './scenario.ts';
import { crowdOf, measureUnderLoad } from './under-load.ts';

export const throttle: Scenario = {
  about: 'a burst while the cloud takes few calls a second (--rate-per-second): what of that is reached',
  defaults: { objects: 600, ratePerSecond: 20 },
  systems: everySystem.filter((name) => name !== 'floor'),
  async run(stage, options) {
    const figures = await measureUnderLoad(stage, crowdOf(stage, options), options.settleMs);
    const throttled = total(await stage.emulator.countCalls(), (name) => name.includes(' Throttling'));
    return {
      ...figures,
      ofLimit: (figures.objectsPerSecond ?? 0) / options.ratePerSecond,
      throttledPerObject: throttled / options.objects,
    };
  },
};
