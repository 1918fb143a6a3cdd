import { everySystem, type Scenario } from './scenario.ts';
import { crowdOf, measureUnderLoad } from './under-load.ts';

export const steady: Scenario = {
  about: 'objects at a steady rate (--arrival-rate), two minutes of them; with --settled N beside them',
  defaults: { objects: 2_400 },
  systems: everySystem,
  run: (stage, options) =>
    measureUnderLoad(stage, crowdOf(stage, options, options.arrivalRate), options.settleMs),
};
