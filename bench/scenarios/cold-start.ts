import { total } from '../measure/counts.ts';
import { openWindow } from '../measure/window.ts';
import type { SystemProcess } from '../system-process.ts';
import { controllers, type Scenario } from './scenario.ts';
import { toFinalFigures } from './under-load.ts';

export const coldStart: Scenario = {
  about: 'the start of the system in a cluster that holds N objects at rest; none is applied',
  defaults: { objects: 10_000 },
  settledOf: ({ objects }) => objects,
  systems: controllers,
  async run(stage, { settleMs }) {
    let process: SystemProcess | undefined;
    const closeWindow = await openWindow(stage, { cpuMs: async () => (await process?.cpuMs()) ?? 0 });
    process = await stage.startSystem();
    const cost = await closeWindow();
    const writes = total(cost.requests, (name) => /^(PUT|PATCH|POST) edgeappversions/.test(name));
    return {
      ...(await toFinalFigures(process, settleMs)),
      operatorCpuMs: cost.operatorCpuMs,
      serverCpuMs: cost.serverCpuMs,
      apiWrites: writes,
      cloudCalls: total(await stage.emulator.countCalls()),
    };
  },
};
