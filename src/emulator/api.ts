/** The emulated API: one call from its decoded form to its answer. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type AnswerContext, errorAnswer, spoil, successAnswer } from './answer.ts';
import { ApiError } from './api-error.ts';
import { appOperations } from './app-operations.ts';
import { type AccessKey, authenticate } from './authentication.ts';
import type { CallLog, CallRecord } from './call-log.ts';
import type { CloudState } from './cloud-state.ts';
import { type DecodedCall, decodeCall, readBody } from './decoded-call.ts';
import { deliver } from './delivery.ts';
import { commits } from './fault.ts';
import type { FaultBook, FaultHit } from './fault-book.ts';
import { Nonces } from './nonces.ts';
import type { Operation, VersionEffects } from './operation.ts';
import { RateLimit } from './rate-limit.ts';
import { refuse } from './refuse.ts';
import type { Switches } from './switches.ts';
import { versionOperations } from './version-operations.ts';

const apiVersion = '2024-09-10';
const operations: Readonly<Record<string, Operation>> = { ...versionOperations, ...appOperations };

export interface ApiParts {
  readonly state: CloudState;
  readonly switches: Switches;
  readonly accessKeys: ReadonlyMap<string, AccessKey>;
  readonly faults: FaultBook;
  readonly log: CallLog;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Aborts what waits when the emulator stops. */
  readonly signal: AbortSignal;
}

/** Serves HTTP requests with the API. */
export function apiListener(api: Api): RequestListener {
  return (request, response) => {
    api.serve(request, response).catch((error: Error) => refuse(request, response, error));
  };
}

/** A call on its way, with what belongs to it. */
interface Underway {
  readonly call: DecodedCall;
  readonly record: CallRecord;
  readonly context: AnswerContext;
}

export class Api {
  readonly #parts: ApiParts;
  readonly #nonces = new Nonces();
  readonly #rates = new RateLimit();

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  /** Serves one HTTP request. Rejects only if the client left or the emulator stops. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { log, now, switches } = this.#parts;
    const context = { requestId: randomUUID().toUpperCase(), hostId: request.headers.host ?? '' };
    const call = decodeCall(request, await readBody(request));
    const startedAtMs = now();
    const record = log.begin(call, context.requestId, startedAtMs, switches.maxCalls);
    const spoiled = await this.#answer({ call, record, context });
    deliver(response, spoiled);
    const { delivery, answer } = spoiled;
    log.note(record, { delivery, status: answer.status, code: answer.code, durationMs: now() - startedAtMs });
  }

  async #answer(underway: Underway) {
    const { call, record, context } = underway;
    await this.#wait(this.#parts.switches.latencyMs);
    try {
      const operation = this.#admit(call);
      const hit = this.#parts.faults.take(call);
      if (hit !== undefined) this.#parts.log.note(record, { fault: hit.id });
      return await this.#run(operation, { ...underway, context: { ...context, hit: hit?.used } }, hit);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return spoil(errorAnswer(error, context), undefined, context);
    }
  }

  /** What the gateway checks before the service sees a call. @throws ApiError */
  #admit(call: DecodedCall): Operation {
    const { switches, accessKeys, now } = this.#parts;
    const operation = findOperation(call, switches);
    const nowMs = now();
    if (switches.verifySignatures) authenticate(call, { accessKeys, nonces: this.#nonces, nowMs });
    if (switches.ratePerSecond > 0) this.#throttle(call, nowMs);
    return operation;
  }

  #throttle(call: DecodedCall, nowMs: number): void {
    const { ratePerSecond, throttleStatus: status } = this.#parts.switches;
    const retryAfterMs = this.#rates.take(`${call.accessKeyId} ${call.action}`, ratePerSecond, nowMs);
    if (retryAfterMs > 0) throw new ApiError('Throttling.User', { status, retryAfterMs });
  }

  async #run(operation: Operation, underway: Underway, hit: FaultHit | undefined) {
    const { fault, released } = hit ?? {};
    await this.#wait(fault?.delayBeforeCommitMs ?? 0);
    if (fault?.hold === 'before-commit') await released;
    const isCarriedOut = fault === undefined || commits(fault);
    const truth = isCarriedOut
      ? this.#commit(operation, underway, fault?.version)
      : successAnswer({}, underway.context);
    await this.#wait(fault?.delayAfterCommitMs ?? 0);
    if (fault?.hold === 'after-commit') await released;
    return spoil(truth, fault?.answer, underway.context);
  }

  /** Carries the action out; its refusal is an answer too. Nothing is carried out once the emulator stops. */
  #commit(operation: Operation, { call, record, context }: Underway, effects: VersionEffects = {}): Answer {
    const { state, switches, now, log, signal } = this.#parts;
    signal.throwIfAborted();
    try {
      const body = operation.run({ state, switches, effects, nowMs: now() }, call.parameters);
      const versionId = call.action.startsWith('Create') ? (body.VersionId as string | undefined) : undefined;
      const totalCount = body.TotalCount as number | undefined;
      log.note(record, { committed: true, versionId, totalCount });
      return successAnswer(body, context);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return errorAnswer(error, context);
    }
  }

  async #wait(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.#parts.signal });
  }
}

/** @throws ApiError if the API has no such action, or not this way */
function findOperation(call: DecodedCall, switches: Switches): Operation {
  if (call.path !== '/') throw new ApiError('InvalidApi.NotFound');
  if (call.version !== apiVersion) throw new ApiError('InvalidVersion');
  const operation = Object.hasOwn(operations, call.action) ? operations[call.action] : undefined;
  if (operation === undefined) throw new ApiError('InvalidAction.NotFound');
  const methods = switches.methods === 'any' ? ['GET', 'POST'] : operation.methods;
  if (!methods.includes(call.method)) throw new ApiError('UnsupportedHTTPMethod');
  if (operation.httpsOnly && switches.httpsOnly === 'enforced') throw new ApiError('InvalidProtocol.NeedSsl');
  return operation;
}
