/** Kills an operator at every step of the plan, before the call and after it. */
import type { Choices } from '../simulation/choices.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { Order, OrderBook } from './orders.ts';
import type { Replicas } from './replicas.ts';
import { commonSteps, leaseSteps, moments, rareSteps, type Step, steps } from './steps.ts';

/** An order waits so long before another one of its lane has its turn, in milliseconds. */
const patienceMs = 6_000;
/** How much of its work a leader gets done at most before an order for one of the common steps, in calls of that step. */
const mostCalls = 25;

/** An order of each lane is open at a time: what is rare is waited for, and does not hold up the rest. */
const lanes: readonly (readonly Step[])[] = [commonSteps, leaseSteps, ...rareSteps.map((step) => [step])];

/** The names of all points at which the plan kills. */
export const killPoints: readonly string[] = steps.flatMap((step) =>
  moments.map((moment) => toPoint({ step, moment })),
);

export function toPoint({ step, moment }: Pick<Order, 'step' | 'moment'>): string {
  return `killed ${moment} ${step}`;
}

export interface CampaignOptions {
  readonly orders: OrderBook;
  readonly replicas: Replicas;
  readonly lease: LeaseKeeper;
  readonly choices: Choices;
  readonly onKill: (point: string) => void;
  readonly signal: AbortSignal;
}

/** Goes through the whole plan, again and again, until `signal` aborts. */
export function killAtEveryStep(options: CampaignOptions): { plan: readonly Order[]; ended: Promise<void> } {
  const plans = lanes.map((among) => planOf(among, options.choices));
  return { plan: plans.flat(), ended: runRounds(plans, options) };
}

/** The orders in a sequence of the seed: each step, before and after, at one of the first of its calls in a process. */
function planOf(among: readonly Step[], choices: Choices): readonly Order[] {
  const latest = among === commonSteps ? mostCalls : 1;
  return among
    .flatMap((step) => moments.map((moment) => ({ step, moment, at: choices.fraction() })))
    .sort((one, other) => one.at - other.at)
    .map(({ step, moment }) => {
      const nth = Math.floor(choices.between(1, latest + 1));
      return { signal: 'SIGKILL', step, moment, nth };
    });
}

/** A lane that is through waits for the others: kills at what comes all the time would keep the rest from coming. */
async function runRounds(plans: readonly (readonly Order[])[], options: CampaignOptions): Promise<void> {
  while (!options.signal.aborted) await Promise.all(plans.map((plan) => runLane(plan, options)));
}

async function runLane(plan: readonly Order[], options: CampaignOptions): Promise<void> {
  const { orders, replicas, lease, choices, onKill, signal } = options;
  const waiting = [...plan];
  for (let order = waiting.shift(); order && !signal.aborted; order = waiting.shift()) {
    const obeyed = await orders.give(order, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]));
    if (!obeyed) {
      waiting.push({ ...order, nth: 1 });
      continue;
    }
    await replicas.ended(obeyed.pid);
    onKill(toPoint(order));
    const how = choices.pick<'empty' | 'delete'>(['empty', 'delete']);
    if (obeyed.identity) await lease.free(obeyed.identity, how);
  }
}
