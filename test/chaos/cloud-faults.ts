/** What the cloud does wrong, by kind; a few at a time, drawn by the seed. */
import { setTimeout as delay } from 'node:timers/promises';
import { defaultAccessKey, type Emulator } from '../../src/emulator/emulator.ts';
import type { Fault, FaultAnswer } from '../../src/emulator/fault.ts';
import type { Choices } from '../simulation/choices.ts';

const create = 'CreateEdgeContainerAppVersion';
const get = 'GetEdgeContainerAppVersion';
const list = 'ListEdgeContainerAppVersions';
const remove = 'DeleteEdgeContainerAppVersion';
const error = (code: string, more: object = {}): FaultAnswer => ({ kind: 'error', code, ...more });
const commit = true;
/** Past the operator's deadline of 5 seconds. */
const tooLongMs = 6_000;

export const cloudFaults: Readonly<Record<string, Fault>> = {
  'create lost': { action: create, answer: { kind: 'drop' } },
  'create done, answer lost': { action: create, commit, answer: { kind: 'drop' } },
  'create done, 502 with a page': { action: create, commit, answer: { kind: 'html' } },
  'create done, 503': { action: create, commit, answer: error('ServiceUnavailable') },
  'create done, 500': { action: create, commit, answer: error('InternalError') },
  'create refused by 500': { action: create, answer: error('InternalException') },
  'create throttled': { action: create, answer: error('Throttling.User', { retryAfterMs: 300 }) },
  'create throttled by 429': { action: create, answer: error('TooManyRequests', { status: 429 }) },
  'create takes effect after its deadline': { action: create, delayBeforeCommitMs: tooLongMs },
  'create answered after its deadline': { action: create, delayAfterCommitMs: tooLongMs },
  'create never answered': { action: create, commit, answer: { kind: 'hang' } },
  'create done, answer cut': { action: create, answer: { kind: 'cut' } },
  'create done, answer stalled': { action: create, answer: { kind: 'stall' } },
  'create done, answer no JSON': { action: create, commit, answer: { kind: 'html', status: 200 } },
  'create done, answer empty': { action: create, commit, answer: { kind: 'empty' } },
  'create done, answer without VersionId': {
    action: create,
    answer: { kind: 'omit', members: ['VersionId'] },
  },
  'create done, SignatureNonceUsed': { action: create, commit, answer: error('SignatureNonceUsed') },
  'create done, NameAlreadyExists': { action: create, commit, answer: error('NameAlreadyExists') },
  'name taken by nobody': { action: create, answer: error('NameAlreadyExists') },
  'create refused by an unknown code': { action: create, answer: error('Odd.Refusal', { status: 400 }) },
  'create refused for good': { action: create, answer: error('InvalidParameter.Image') },
  'version listed late': { action: create, version: { listDelayMs: 8_000 } },
  'version fails': { action: create, version: { status: 'failed' } },
  'get lost': { action: get, answer: { kind: 'drop' } },
  'get refused by 500': { action: get, answer: error('InternalError') },
  'list lost': { action: list, answer: { kind: 'drop' } },
  'list throttled': { action: list, answer: error('Throttling.Api', { retryAfterMs: 300 }) },
  'list incomplete': { action: list, answer: { kind: 'json', body: { Versions: [], TotalCount: 3 } } },
  'list without TotalCount': { action: list, answer: { kind: 'omit', members: ['TotalCount'] } },
  'list stalled': { action: list, answer: { kind: 'stall' } },
  'delete lost': { action: remove, answer: { kind: 'drop' } },
  'delete done, answer lost': { action: remove, commit, answer: { kind: 'drop' } },
  'delete done, 500': { action: remove, commit, answer: error('InternalError') },
  'delete throttled': { action: remove, answer: error('Throttling.User') },
  'app status refused': { action: 'GetEdgeContainerAppStatus', answer: error('ServiceUnavailable') },
  'app lost': { action: 'GetEdgeContainerApp', answer: { kind: 'drop' } },
  'anything slow': { action: '*', delayAfterCommitMs: 1_500 },
};

/** Each kind once at first, in an order of the seed, then any, until `signal` aborts; then all are gone. */
export async function spoilCloud(
  emulator: Emulator,
  { choices, everyMs, signal }: { choices: Choices; everyMs: number; signal: AbortSignal },
): Promise<Readonly<Record<string, number>>> {
  const kinds = Object.keys(cloudFaults) as [string, ...string[]];
  const order = kinds.map((kind) => ({ kind, at: choices.fraction() })).sort((a, b) => a.at - b.at);
  const set = new Map<string, string>();
  for (let index = 0; !signal.aborted; index += 1) {
    const kind = order[index]?.kind ?? choices.pick(kinds);
    const fault = { action: '*', ...cloudFaults[kind], accessKeyId: defaultAccessKey.id };
    set.set(emulator.setFault(fault).id, kind);
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
  const hits: Record<string, number> = {};
  for (const { id, used } of emulator.faults()) {
    const kind = set.get(id);
    if (kind && used > 0) hits[kind] = (hits[kind] ?? 0) + used;
  }
  emulator.clearFaults();
  return hits;
}
