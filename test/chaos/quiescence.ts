/** Waits until nothing is left to do: no object in motion, no call on its way. */
import { setTimeout as delay } from 'node:timers/promises';
import { findCondition, isStalled } from '../../src/api/conditions.ts';
import { requestedAtAnnotation } from '../../src/api/requested-at.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { EdgeAppVersion } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import type { UserClient } from './user-client.ts';
import { ask } from './users.ts';

const lookEveryMs = 1_000;
/** Whose next try is further away is asked to try now. */
const shortPauseMs = 5_000;

export interface QuiescenceOptions {
  readonly client: UserClient;
  readonly emulator: Emulator;
  /** Settles once users do nothing more. */
  readonly told: Promise<unknown>;
  readonly signal: AbortSignal;
}

/** Gives back the objects that are still in motion when `signal` aborts; none where all have come to rest. */
export async function untilQuiet(options: QuiescenceOptions): Promise<readonly EdgeAppVersion[]> {
  const { client, emulator, told, signal } = options;
  let isTold = false;
  void told.then(() => {
    isTold = true;
  });
  for (;;) {
    const moving = (await client.list()).filter((object) => !isAtRest(object));
    if ((isTold && moving.length === 0 && hasNoCalls(emulator)) || signal.aborted) return moving;
    for (const { metadata } of moving.filter(pausesLong)) await ask(client, metadata);
    await delay(lookEveryMs);
  }
}

function isAtRest({ metadata, status }: EdgeAppVersion): boolean {
  const isReady = findCondition(status?.conditions, 'Ready')?.status === 'True';
  return (
    !metadata.deletionTimestamp &&
    (!status?.attempt || isStalled(status.conditions)) &&
    status?.observedGeneration === metadata.generation &&
    (isReady || isStalled(status.conditions))
  );
}

/** As the status tells. Who was asked already, and has not answered yet, is not asked again. */
function pausesLong({ metadata, status }: EdgeAppVersion): boolean {
  const next = status?.error?.nextAttemptTime;
  const isAsked = metadata.annotations?.[requestedAtAnnotation] !== status?.lastHandledRequestedAt;
  return next !== undefined && !isAsked && Date.parse(next) - Date.now() > shortPauseMs;
}

function hasNoCalls(emulator: Emulator): boolean {
  return emulator.calls().every(({ outcome }) => outcome.delivery !== 'pending');
}
