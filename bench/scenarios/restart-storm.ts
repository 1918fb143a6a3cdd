import { toSpeedFigures } from '../measure/latency.ts';
import { openWindow, toFiguresPerObject } from '../measure/window.ts';
import { controllers, type Scenario } from './scenario.ts';
import { apply, crowdOf, toFinalFigures } from './under-load.ts';

export const restartStorm: Scenario = {
  about: 'a burst in which the system is ended by SIGTERM and started again several times (--restarts)',
  defaults: {},
  systems: controllers,
  async run(stage, options) {
    const { objects, restarts, settleMs } = options;
    let process = await stage.startSystem();
    let endedCpuMs = 0;
    const closeWindow = await openWindow(stage, { cpuMs: async () => endedCpuMs + (await process.cpuMs()) });
    const applying = apply(stage, process, crowdOf(stage, options));
    for (let restart = 1; restart <= restarts; restart += 1) {
      await stage.observer.untilReady(Math.floor((objects * restart) / (restarts + 1)));
      endedCpuMs += await process.cpuMs();
      await process.stop();
      process = await stage.startSystem();
    }
    const applied = await applying;
    await stage.observer.untilReady(objects);
    const cost = await closeWindow();
    return {
      ...toSpeedFigures(applied, stage.observer.sightings),
      ...toFiguresPerObject(cost, objects),
      ...(await toFinalFigures(process, settleMs)),
    };
  },
};
