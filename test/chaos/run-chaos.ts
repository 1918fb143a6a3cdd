/** The whole run: everything goes wrong for a while, then comes to rest, and is judged. */
import { defaultAccessKey } from '../../src/emulator/emulator.ts';
import { Choices } from '../simulation/choices.ts';
import { killAtEveryStep, pointsWithoutKill, toPoint } from './campaign.ts';
import { spoilCloud } from './cloud-faults.ts';
import { collectEvidence } from './evidence.ts';
import { judge } from './judge.ts';
import { shakeMachine } from './machine-faults.ts';
import { untilQuiet } from './quiescence.ts';
import { tellStories } from './users.ts';
import { ownerId, startWorld, type World } from './world.ts';

export interface ChaosOptions {
  /** How long things go wrong; rest and judgement come on top of it. */
  readonly seconds: number;
  /** Draws every order, fault and story, and their sequence; when they meet is up to the machine. */
  readonly seed: number;
  readonly objects: number;
  /** Ends the chaos early; the rest follows. */
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

type Counts = Readonly<Record<string, number>>;

export interface ChaosReport {
  readonly seed: number;
  readonly durationMs: number;
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
  /** Points of the plan at which nobody was killed. */
  readonly pointsWithoutKill: readonly string[];
  /** Every broken invariant. */
  readonly broken: readonly string[];
}

const restWithinMs = 240_000;

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const startedMs = performance.now();
  await using world = await startWorld({
    replicas: 3,
    emulator: { latencyMs: 15, buildDelayMs: 1_000 },
  });
  const { client, emulator, replicas, controlPlane, proxies } = world;
  await world.lease.anotherThan(undefined, AbortSignal.timeout(60_000));
  options.onProgress('an operator leads; chaos begins');
  const { diary, kills, faults } = await chaos(world, options);
  options.onProgress('chaos is over; waiting for rest');
  const moving = await untilQuiet({ client, emulator }, AbortSignal.timeout(restWithinMs));
  const exits = await replicas.stop();
  const { gone, takenAway, stories } = diary;
  const evidence = await collectEvidence({
    ownerId,
    etcdUrl: controlPlane.etcdUrl,
    emulator,
    gone,
    takenAway,
  });
  const broken = [
    ...judge(evidence),
    ...moving.map(({ metadata }) => `unrest: ${metadata.namespace}/${metadata.name} is still in motion`),
    ...exits.filter((exit) => exit?.exitCode !== 0).map((exit) => `end: ${JSON.stringify(exit)}`),
  ];
  const count = (name: string) => broken.filter((line) => line.startsWith(`${name}:`)).length;
  return {
    seed: options.seed,
    durationMs: Math.round(performance.now() - startedMs),
    objects: options.objects,
    ...{ kills, faults, stories },
    ends: replicas.ends,
    cutConnections: Object.values(proxies).reduce((sum, { cuts }) => sum + cuts, 0),
    posts: evidence.calls.filter(isPost).length,
    versions: evidence.versions.length,
    duplicates: count('duplicates'),
    lostIds: count('lostIds'),
    wrongAdoptions: count('wrongAdoptions'),
    pointsWithoutKill: pointsWithoutKill(kills),
    broken,
  };
}

function isPost({ action, accessKeyId }: { readonly action: string; readonly accessKeyId: string }): boolean {
  return action === 'CreateEdgeContainerAppVersion' && accessKeyId === defaultAccessKey.id;
}

/** All actors at once, each with a sequence of its own from the seed. */
async function chaos(world: World, { seconds, seed, objects, signal: stopped, onProgress }: ChaosOptions) {
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(seconds * 1000)]);
  const [kills, shaken]: [Record<string, number>, Record<string, number>] = [{}, {}];
  const onKill = (kill: Parameters<typeof toPoint>[0]) => {
    add(kills, toPoint(kill));
    onProgress(`killed ${toPoint(kill)}`);
  };
  const onFault = (kind: string) => {
    add(shaken, kind);
    onProgress(kind);
  };
  const choicesOf = (actor: number) => new Choices(4 * seed + actor);
  const { plan, ended } = killAtEveryStep({ ...world, choices: choicesOf(0), onKill, signal });
  onProgress(`plan: ${plan.map((order) => `${toPoint(order)} (${order.nth})`).join(', ')}`);
  const [diary, spoiled] = await Promise.all([
    tellStories({ ...world, choices: choicesOf(1), objects, seconds: seconds * 0.9, signal }),
    spoilCloud(world.emulator, { choices: choicesOf(2), everyMs: 600, signal }),
    shakeMachine({ ...world, choices: choicesOf(3), everyMs: 4_000, onFault, signal }),
    ended,
  ]);
  return { diary, kills, faults: { ...spoiled, ...shaken } };
}

function add(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
