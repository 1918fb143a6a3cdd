/** One schedule: the real controller, one to three processes of it, users, and everything that goes wrong, from a seed. */
import type { ProtocolSettings } from '../../src/kinds/edge-app-version/protocol-settings.ts';
import { defaultPacking } from '../../src/kinds/edge-app-version/request/packing.ts';
import { ApiServer } from './api-server.ts';
import { Choices, type Deviation } from './choices.ts';
import { Cloud } from './cloud.ts';
import { Cluster } from './cluster.ts';
import { History } from './history.ts';
import { findViolations, invariantOf } from './invariants.ts';
import { assumptions, type Model, modelOf, outsideOfX } from './models.ts';
import type { Mutate } from './operator.ts';
import { followRemedies } from './remedies.ts';
import { Tally } from './tally.ts';
import { drawTheme, type ThemeName, themes } from './themes.ts';
import { Timeline } from './timeline.ts';
import { ownerId, sendUsers, usersBusyMs } from './users.ts';

export interface ScheduleOptions {
  readonly seed: number;
  /** Answers of the seed that are taken back, for shrinking. */
  readonly calm?: ReadonlySet<number>;
  readonly mutate?: Mutate;
  /** Which model; by the seed where absent. */
  readonly model?: Model;
  /** What goes wrong more often; by the seed where absent. */
  readonly theme?: ThemeName;
}

export interface ScheduleResult {
  readonly seed: number;
  readonly model: Model;
  readonly violations: readonly string[];
  /** What broke in model X that is not promised there. */
  readonly outsideModel: readonly string[];
  readonly deviations: readonly Deviation[];
  readonly tally: Tally;
}

const hourMs = 3_600_000;

export async function runSchedule(options: ScheduleOptions): Promise<ScheduleResult> {
  const { seed, calm, mutate = (parts) => parts, model = modelOf(seed) } = options;
  const { latestEffectMs, longestListLagMs, isListedEver, duplicateNames, settleDelayMs } =
    assumptions[model];
  const settings = toSettings(duplicateNames, settleDelayMs);
  const choices = new Choices(seed, calm);
  const drawn = drawTheme(choices);
  choices.follow(themes[options.theme ?? drawn]);
  const [timeline, tally, history] = [new Timeline(), new Tally(), new History()];
  const apiServer = new ApiServer(timeline);
  const cloud = new Cloud({ timeline, choices, tally, duplicateNames, longestListLagMs, isListedEver });
  const stage = { apiServer, cloud, choices, tally, timeline };
  const cluster = new Cluster({ ...stage, history, settings, latestEffectMs, mutate });
  const replicas = choices.pick([1, 1, 2, 2, 3]);
  cluster.start(replicas);
  sendUsers(stage);
  await timeline.run(usersBusyMs + 60_000);
  choices.calmDown();
  if (replicas > 1) {
    // Hours of renewals would take most of the time of a schedule, so one process sees the rest through.
    await timeline.run(60_000);
    cluster.replaceByOne();
  }
  for (const _ of Array(3)) {
    await timeline.run(hourMs);
    followRemedies(stage);
  }
  // Not a whole hour: what comes every hour must not be caught in the middle.
  await timeline.run(1.2 * hourMs);
  tally.posts = history.posts.length;
  const found = findViolations({
    apiServer,
    cloud,
    history,
    settleDelayMs,
    spacingMs: settings.absence.spacingMs,
    claimDeadlineMs: settings.claimDeadlineMs,
    propagationMs: settings.propagationMs,
    isBounded: model !== 'U',
  });
  const isOutside = (violation: string) => model === 'X' && outsideOfX.has(invariantOf(violation));
  return {
    seed,
    model,
    violations: found.filter((violation) => !isOutside(violation)),
    outsideModel: found.filter(isOutside),
    deviations: choices.deviations,
    tally,
  };
}

function toSettings(
  duplicateNames: ProtocolSettings['duplicateNames'],
  settleDelayMs: number,
): ProtocolSettings {
  return {
    ownerId,
    duplicateNames,
    packing: defaultPacking,
    absence: { settleDelayMs, spacingMs: 10_000, looks: 3 },
    claimDeadlineMs: 5_000,
    propagationMs: 20 * 60_000,
    firstGetMs: 1000,
    verifyIntervalMs: 0,
  };
}
