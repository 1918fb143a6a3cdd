import { everySystem, type Scenario } from './scenario.ts';
import { crowdOf, measureUnderLoad } from './under-load.ts';

export const burst: Scenario = {
  about: 'all objects at once, as fast as the API server takes them, until the last is Ready',
  defaults: {},
  systems: everySystem,
  run: (stage, options) => measureUnderLoad(stage, crowdOf(stage, options), options.settleMs),
};
