/** Kills an operator at every step of the plan, one order after the other. */
import type { Choices } from '../simulation/choices.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { Order, OrderBook } from './orders.ts';
import type { Replicas } from './replicas.ts';
import { leaseSteps, moments, type Step, steps, workSteps } from './steps.ts';

/** An order waits so long before another one has its turn, in milliseconds. */
const patienceMs = 8_000;

export interface Kill extends Pick<Order, 'step' | 'moment'> {}

/** The orders in a sequence of the seed: each step, before and after, at the first, second or third of its calls. */
export function planOf(among: readonly Step[], choices: Choices): readonly Order[] {
  const points = among.flatMap((step) => moments.map((moment) => ({ step, moment })));
  return points
    .map((point) => ({ point, at: choices.fraction() }))
    .sort((one, other) => one.at - other.at)
    .map(({ point }) => ({ ...point, signal: 'SIGKILL', nth: choices.pick([1, 1, 2, 3]) }));
}

export interface CampaignOptions {
  readonly orders: OrderBook;
  readonly replicas: Replicas;
  readonly lease: LeaseKeeper;
  readonly choices: Choices;
  readonly onKill: (order: Order) => void;
  readonly signal: AbortSignal;
}

/** The steps that come by themselves all the time, those that are rare, and those of every replica, side by side. */
const lanes: readonly (readonly Step[])[] = [
  workSteps.filter((_, index) => index % 2 === 0),
  workSteps.filter((_, index) => index % 2 === 1),
  leaseSteps,
];

/** Goes through all steps, and then again, until `signal` aborts. Returns the plan of the first time. */
export function killAtEveryStep(options: CampaignOptions): { plan: readonly Order[]; ended: Promise<void> } {
  const plans = lanes.map((among) => planOf(among, options.choices));
  const ended = Promise.all(plans.map((plan) => runLane(plan, options))).then(() => undefined);
  return { plan: plans.flat(), ended };
}

async function runLane(plan: readonly Order[], options: CampaignOptions): Promise<void> {
  const { orders, replicas, lease, choices, onKill, signal } = options;
  const waiting = [...plan];
  const how = choices.pick<'empty' | 'delete'>(['empty', 'delete']);
  while (!signal.aborted) {
    const order = waiting.shift() ?? choices.pick(plan as readonly [Order, ...Order[]]);
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    const obeyed = await orders.give(order, patience);
    if (!obeyed) {
      waiting.push({ ...order, nth: 1 });
      continue;
    }
    await replicas.ended(obeyed.pid);
    onKill(order);
    if (obeyed.identity) await lease.free(obeyed.identity, how);
  }
}

/** The points of the plan at which nobody was killed. */
export function pointsWithoutKill(kills: Readonly<Record<string, number>>): readonly string[] {
  return steps
    .flatMap((step) => moments.map((moment) => toPoint({ step, moment })))
    .filter((at) => !kills[at]);
}

export function toPoint({ step, moment }: Kill): string {
  return `${moment} ${step}`;
}
