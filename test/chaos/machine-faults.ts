/** What the machine does wrong: programs of the control plane that end, a process that stands still, cut connections. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { Choices } from '../simulation/choices.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { OrderBook } from './orders.ts';
import type { Step } from './steps.ts';
import type { Cut, TcpProxy } from './tcp-proxy.ts';

export interface MachineOptions {
  readonly controlPlane: ControlPlane;
  readonly proxies: Readonly<Record<string, TcpProxy>>;
  readonly orders: OrderBook;
  readonly lease: LeaseKeeper;
  readonly choices: Choices;
  /** How long there is none of the large faults after each of them, in milliseconds; later on eight times so long. */
  readonly everyMs: number;
  readonly onFault: (kind: string) => void;
  readonly signal: AbortSignal;
}

const largeFaults: Readonly<Record<string, (options: MachineOptions) => Promise<boolean>>> = {
  'leader paused past its lease': pauseLeader,
  'API server restarted': ({ controlPlane }) => controlPlane.restartApiServer().then(() => true),
  'API server killed': ({ controlPlane }) => controlPlane.restartApiServer('SIGKILL').then(() => true),
  'etcd killed': ({ controlPlane }) => controlPlane.restartEtcd('SIGKILL').then(() => true),
};

export const largeFaultKinds: readonly string[] = Object.keys(largeFaults);

/** Each large fault once at first, in an order of the seed; resolves when all is whole again after `signal` aborts. */
export async function shakeMachine(options: MachineOptions): Promise<void> {
  await Promise.all([causeLargeFaults(options), cutConnections(options)]);
}

/** The pause goes last: while it lasts nobody leads, and nobody can be killed at work. */
async function causeLargeFaults(options: MachineOptions): Promise<void> {
  const { choices, everyMs, onFault, signal } = options;
  const [pause, ...others] = largeFaultKinds as [string, string, ...string[]];
  const order = others
    .map((kind) => ({ kind, at: choices.fraction() }))
    .sort((one, other) => one.at - other.at);
  const plan = [...order.map(({ kind }) => kind), pause];
  while (!signal.aborted) {
    const kind = plan.shift() ?? choices.pick([pause, ...others]);
    if (await largeFaults[kind]?.(options)) onFault(kind);
    // Once each has been met there is more time for everything else.
    const calmMs = plan.length > 0 ? everyMs : 8 * everyMs;
    await delay(calmMs, undefined, { signal }).catch(() => undefined);
  }
}

/** The leader stands still right after a call, until another one leads. */
async function pauseLeader({ orders, lease, signal, choices }: MachineOptions): Promise<boolean> {
  const step = choices.pick<Step>(['claim', 'create-version', 'record', 'replace-lease']);
  const obeyed = await orders.give({ signal: 'SIGSTOP', step, moment: 'after', nth: 2 }, signal);
  if (!obeyed) return false;
  const successor = await lease.anotherThan(obeyed.identity, signal);
  process.kill(obeyed.pid, 'SIGCONT');
  return successor !== undefined;
}

async function cutConnections({ proxies, choices, onFault, signal }: MachineOptions): Promise<void> {
  const names = Object.keys(proxies) as [string, ...string[]];
  while (!signal.aborted) {
    await delay(choices.between(1_000, 4_000), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const name = choices.pick(names);
    const cut = choices.pick<Cut | 'all at once'>(['all at once', 'nothing', 'half', 'all']);
    if (cut === 'all at once') proxies[name]?.cutAll();
    else proxies[name]?.cutNext(cut, 2);
    onFault(`connections to ${name} cut: ${cut}`);
  }
}
