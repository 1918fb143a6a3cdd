/** One schedule: the real controller, one to three processes of it, users, and everything that goes wrong, from a seed. */
import type { ProtocolSettings } from '../../src/controller/edge-app-version/pass.ts';
import { defaultPacking } from '../../src/core/packing.ts';
import { MemoryLease } from '../support/memory-lease.ts';
import { ApiServer } from './api-server.ts';
import { Choices, type Deviation } from './choices.ts';
import { Cloud } from './cloud.ts';
import { History } from './history.ts';
import { findViolations } from './invariants.ts';
import { type Mutate, SimulatedOperator } from './operator.ts';
import { SimulatedProcess } from './process.ts';
import { Tally } from './tally.ts';
import { Timeline } from './timeline.ts';
import { meddle, ownerId, sendUsers, usersBusyMs } from './users.ts';

/**
 * What is assumed about the cloud. U: names are unique, effects and lists may be late without bound. N: names are not,
 * and a create takes effect and is listed within the settle delay.
 */
export type Model = 'U' | 'N';

export interface ScheduleOptions {
  readonly seed: number;
  /** Answers of the seed that are taken back, for shrinking. */
  readonly calm?: ReadonlySet<number>;
  readonly mutate?: Mutate;
  /** Which model; by the seed where absent. */
  readonly model?: Model;
}

export interface ScheduleResult {
  readonly seed: number;
  readonly model: Model;
  readonly violations: readonly string[];
  readonly deviations: readonly Deviation[];
  readonly tally: Tally;
}

const settleDelaysMs = { U: 30_000, N: 60_000 } as const;
/** In U as late as nobody waits for; in N together with the list's lag within the settle delay. */
const latestEffectsMs = { U: 600_000, N: 25_000 } as const;
const longestListLagsMs = { U: 600_000, N: 25_000 } as const;
const spacingMs = 10_000;
const claimDeadlineMs = 5_000;
const hourMs = 3_600_000;

export async function runSchedule(options: ScheduleOptions): Promise<ScheduleResult> {
  const { seed, calm, mutate = (parts) => parts, model = seed % 2 === 0 ? 'U' : 'N' } = options;
  const choices = new Choices(seed, calm);
  const timeline = new Timeline();
  const tally = new Tally();
  const history = new History();
  const apiServer = new ApiServer(timeline);
  const cloud = new Cloud({
    timeline,
    choices,
    tally,
    duplicateNames: model === 'U' ? 'refused' : 'allowed',
    longestListLagMs: longestListLagsMs[model],
  });
  const settings: ProtocolSettings = {
    ownerId,
    duplicateNames: model === 'U' ? 'refused' : 'unproven',
    packing: defaultPacking,
    absence: { settleDelayMs: settleDelaysMs[model], spacingMs, looks: 3 },
    claimDeadlineMs,
    firstGetMs: 1000,
    verifyIntervalMs: 0,
  };
  const stage = { apiServer, cloud, choices, tally, timeline };
  const lease = new MemoryLease();
  const crashRate = choices.pick([0, 0.005, 0.02]);
  const alive = new Set<SimulatedProcess>();
  const pause = (process: SimulatedProcess, forMs: number): void => {
    tally.fault('pause');
    process.pause(forMs);
  };
  const start = (isSole: boolean): void => {
    const startAgain = () => {
      alive.delete(process);
      timeline.after(choices.between(100, 8000), () => {
        if (isSole || isElecting) start(isSole);
      });
    };
    const process = new SimulatedProcess({ timeline, choices, tally, crashRate }, startAgain);
    alive.add(process);
    const operator = new SimulatedOperator({
      process,
      apiServer,
      cloud,
      timeline,
      choices,
      tally,
      history,
      settings,
      lease: isSole ? undefined : lease,
      onLost: () => {
        process.kill();
        startAgain();
      },
      latestEffectMs: latestEffectsMs[model],
      mutate,
      onCritical: (during) => {
        meddle(stage, during);
        if (choices.deviates(`pause during ${during}`, during === 'create' ? 0.03 : 0.15))
          pause(process, choices.between(12_000, 40_000));
      },
    });
    void operator.run();
    if (choices.deviates('pause', 0.15)) {
      timeline.after(choices.between(0, 30_000), () => pause(process, choices.between(1000, 40_000)));
    }
  };
  const replicas = choices.pick([1, 1, 2, 2, 3]);
  let isElecting = replicas > 1;
  for (let i = 0; i < replicas; i += 1) start(replicas === 1);
  sendUsers(stage);
  await timeline.run(usersBusyMs + 60_000, () => false);
  choices.calmDown();
  if (replicas > 1) {
    // Hours of renewals would take most of the time of a schedule, so one process sees the rest through.
    await timeline.run(60_000, () => false);
    isElecting = false;
    for (const process of alive) process.kill();
    start(true);
  }
  await timeline.run(3 * hourMs, () => false);
  tally.posts = history.posts.length;
  const violations = findViolations({
    apiServer,
    cloud,
    history,
    settleDelayMs: settings.absence.settleDelayMs,
    spacingMs,
    claimDeadlineMs,
    isBounded: model === 'N',
  });
  return { seed, model, violations, deviations: choices.deviations, tally };
}
