/** The whole run: everything goes wrong for a while, then comes to rest, and is judged. */
import { setTimeout as delay } from 'node:timers/promises';
import { defaultAccessKey } from '../../src/emulator/emulator.ts';
import { Choices } from '../simulation/choices.ts';
import { killAtEveryStep, killPoints, toPoint } from './campaign.ts';
import { spoilCloud } from './cloud-faults.ts';
import { collectEvidence } from './evidence.ts';
import { Goals } from './goals.ts';
import { judge } from './judge.ts';
import { keepEvidence } from './keep-evidence.ts';
import { largeFaultKinds, shakeMachine } from './machine-faults.ts';
import { bugsIn } from './operator-logs.ts';
import { untilQuiet } from './quiescence.ts';
import type { Replicas } from './replicas.ts';
import { tellStories } from './users.ts';
import { ownerId, startWorld, type World } from './world.ts';

export interface ChaosOptions {
  /** How long things go wrong; longer where not all of the plan is met by then, up to `mostSeconds`. */
  readonly seconds: number;
  readonly mostSeconds: number;
  /** Draws every order, fault and story, and their sequence; when they meet is up to the machine. */
  readonly seed: number;
  /** How many stories of objects begin in each second. */
  readonly perSecond: number;
  /** Ends the chaos early; rest and judgement follow. */
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

type Counts = Readonly<Record<string, number>>;

export interface ChaosReport {
  readonly seed: number;
  readonly durationMs: number;
  /** How long of it things went wrong. */
  readonly chaosMs: number;
  readonly objects: number;
  readonly kills: Counts;
  readonly faults: Counts;
  readonly stories: Counts;
  /** How often an operator ended, by how. */
  readonly ends: Counts;
  readonly cutConnections: number;
  readonly posts: number;
  readonly versions: number;
  readonly duplicates: number;
  readonly lostIds: number;
  readonly wrongAdoptions: number;
  /** What of the plan was not met: points at which nobody was killed, large faults that did not happen. */
  readonly unmet: readonly string[];
  /** Every broken invariant. */
  readonly broken: readonly string[];
}

/** One more than deploy/base has, so that a kill every second or so still finds one that is ready to lead. */
const replicaCount = 3;
/** How many objects there are from the start. */
const atOnce = 60;
const restWithinMs = 240_000;

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, onProgress } = options;
  const startedMs = performance.now();
  await using world = await startWorld({ latencyMs: 15, buildDelayMs: 1_000 });
  await using operators = await world.startReplicas(replicaCount);
  await world.lease.anotherThan(undefined, AbortSignal.timeout(60_000));
  onProgress('an operator leads; chaos begins');
  const { diary, told, ...happened } = await chaos(world, operators, options);
  onProgress('chaos is over; waiting for rest');
  const moving = await untilQuiet({ ...world, told, signal: AbortSignal.timeout(restWithinMs) });
  const exits = await operators.stop();
  const evidence = await collectEvidence({
    ...{ ownerId, etcdUrl: world.controlPlane.etcdUrl, emulator: world.emulator },
    ...{ gone: diary.gone, takenAway: diary.takenAway },
  });
  const broken = [
    ...judge(evidence),
    ...moving.map(({ metadata }) => `unrest: ${metadata.namespace}/${metadata.name} is still in motion`),
    ...exits.filter((exit) => exit?.exitCode !== 0).map((exit) => `end: ${JSON.stringify(exit)}`),
    ...(await bugsIn(operators.logFiles)),
  ];
  if (broken.length > 0) onProgress(`evidence: ${await keepEvidence(evidence, operators.logFiles)}`);
  const count = (name: string) => broken.filter((line) => line.startsWith(`${name}:`)).length;
  return {
    seed,
    durationMs: Math.round(performance.now() - startedMs),
    objects: Object.values(diary.stories).reduce((sum, stories) => sum + stories, 0),
    ...happened,
    stories: diary.stories,
    ends: operators.ends,
    cutConnections: Object.values(world.proxies).reduce((sum, { cuts }) => sum + cuts, 0),
    posts: evidence.calls.filter(isPost).length,
    versions: evidence.versions.length,
    duplicates: count('duplicates'),
    lostIds: count('lostIds'),
    wrongAdoptions: count('wrongAdoptions'),
    broken,
  };
}

function isPost({ action, accessKeyId }: { readonly action: string; readonly accessKeyId: string }): boolean {
  return action === 'CreateEdgeContainerAppVersion' && accessKeyId === defaultAccessKey.id;
}

/** All actors at once, each with a sequence of its own from the seed. */
async function chaos(world: World, replicas: Replicas, options: ChaosOptions) {
  const { seed, perSecond, onProgress } = options;
  const startedMs = performance.now();
  const goals = new Goals([...killPoints, ...largeFaultKinds]);
  const over = new AbortController();
  const { signal } = over;
  const count = (counts: Record<string, number>) => (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1;
    goals.met(what);
    onProgress(what);
  };
  const [kills, shaken] = [{}, {}];
  const choicesOf = (actor: number) => new Choices(4 * seed + actor);
  const campaign = killAtEveryStep({
    ...world,
    replicas,
    choices: choicesOf(0),
    onKill: count(kills),
    signal,
  });
  onProgress(`plan: ${campaign.plan.map((order) => `${toPoint(order)} (${order.nth})`).join(', ')}`);
  const stories = tellStories({ ...world, choices: choicesOf(1), atOnce, perSecond, signal });
  const spoiling = spoilCloud(world.emulator, { choices: choicesOf(2), everyMs: 600, signal });
  const shaking = shakeMachine({
    ...{ ...world, choices: choicesOf(3), everyMs: 3_000 },
    ...{ onFault: count(shaken), signal },
  });
  await untilEnough(options, goals.allMet);
  over.abort();
  const [spoiled] = await Promise.all([spoiling, shaking, campaign.ended]);
  const chaosMs = Math.round(performance.now() - startedMs);
  return { ...stories, kills, faults: { ...spoiled, ...shaken }, unmet: goals.left, chaosMs };
}

/** Its time is up and all is met, or there is no more time, or somebody says so. */
async function untilEnough(
  { seconds, mostSeconds, signal }: Pick<ChaosOptions, 'seconds' | 'mostSeconds' | 'signal'>,
  allMet: Promise<void>,
): Promise<void> {
  const pause = (length: number) =>
    delay(length * 1000, undefined, { signal, ref: false }).catch(() => undefined);
  await Promise.race([pause(mostSeconds), Promise.all([pause(seconds), allMet])]);
}
