import { nowMs } from '../clock.ts';
import { longestGapMs } from '../measure/longest-gap.ts';
import { openWindow, toFiguresPerObject } from '../measure/window.ts';
import { controllers, type Scenario } from './scenario.ts';
import { apply, crowdOf, toFinalFigures } from './under-load.ts';

/** What the leader wrote before its end is seen within this time. */
const lastSignsMs = 2_000;

export const failover: Scenario = {
  about:
    'two processes, of which the leader is ended by SIGKILL in the middle of a burst: time without progress',
  defaults: {},
  systems: controllers,
  async run(stage, options) {
    const { objects, settleMs } = options;
    const { observer } = stage;
    const leader = await stage.startSystem();
    const standby = await stage.startStandby(settleMs);
    const closeWindow = await openWindow(stage, standby);
    const applying = apply(stage, leader, crowdOf(stage, options));
    await observer.untilReady(Math.floor(objects / 2));
    await leader.stop('SIGKILL');
    const killedMs = nowMs();
    await applying;
    await observer.untilReady(objects);
    const cost = await closeWindow();
    const progress = [...observer.sightings.values()].flatMap(({ versionIdMs }) => versionIdMs ?? []);
    const { cloudCreatePerObject } = toFiguresPerObject(cost, objects);
    return {
      withoutProgressMs: longestGapMs(progress, killedMs, killedMs + lastSignsMs),
      cloudCreatePerObject: cloudCreatePerObject ?? 0,
      ...(await toFinalFigures(standby, settleMs)),
    };
  },
};
