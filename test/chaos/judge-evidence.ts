/** Evidence in which all is well: a real emulator's log, on a clock moved by hand, and the statuses that belong to it. */

import { classify } from '../../src/core/errors/classify.ts';
import { EsaError } from '../../src/core/errors/esa-error.ts';
import { toProblem } from '../../src/core/errors/problem.ts';
import { type Emulator, type Fault, startEmulator } from '../../src/emulator/emulator.ts';
import type {
  AdoptionPolicy,
  EdgeAppVersion,
  Origin,
} from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { toMarkedRequest } from '../../src/kinds/edge-app-version/intent.ts';
import { fingerprint } from '../../src/kinds/edge-app-version/request/fingerprint.ts';
import { defaultPacking } from '../../src/kinds/edge-app-version/request/packing.ts';
import { toCreateRequest } from '../../src/kinds/edge-app-version/request/to-create-request.ts';
import { failing, recorded, suspended } from '../../src/kinds/edge-app-version/status/status.ts';
import {
  nameTaken,
  nobody,
  rivalHolds,
  type VersionProblem,
} from '../../src/kinds/edge-app-version/status/version-problems.ts';
import { appId, type RawAnswer, rawCall, rawCreate } from '../emulator/raw-call.ts';
import { edgeAppVersion, type Overrides } from '../support/manifests.ts';
import { type Evidence, usual } from './evidence.ts';

export const ownerId = 'judged-cluster';
const create = 'CreateEdgeContainerAppVersion';
const list = 'ListEdgeContainerAppVersions';
const settings = { ownerId, packing: defaultPacking } as Parameters<typeof toMarkedRequest>[1];

/** A cloud whose clock stands still unless told. */
export class JudgedCloud implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly #clock: { nowMs: number };

  private constructor(emulator: Emulator, clock: { nowMs: number }) {
    this.emulator = emulator;
    this.#clock = clock;
  }

  static async start(): Promise<JudgedCloud> {
    const clock = { nowMs: Date.parse('2026-11-24T08:00:00Z') };
    const options = { apps: [appId], verifySignatures: false, now: () => clock.nowMs };
    return new JudgedCloud(await startEmulator(options), clock);
  }

  get nowMs(): number {
    return this.#clock.nowMs;
  }

  pass(ms: number): void {
    this.#clock.nowMs += ms;
  }

  /** The operator's create call for the object. */
  post(object: EdgeAppVersion, fault?: Omit<Fault, 'action'>): Promise<RawAnswer> {
    if (fault) this.emulator.setFault({ action: create, ...fault });
    return this.#send(toMarkedRequest(object, settings).request);
  }

  /** A create call of somebody else, of the same content. */
  postForeign(object: EdgeAppVersion): Promise<RawAnswer> {
    return this.#send(toCreateRequest(object, { packing: defaultPacking }));
  }

  /** A search, and the first pages of a listing. */
  async look(name: string, pages = 1): Promise<void> {
    await this.#list({ PageNumber: '1', SearchKey: name });
    for (let page = 1; page <= pages; page += 1) await this.#list({ PageNumber: String(page) });
  }

  delete(versionId: string): Promise<RawAnswer> {
    const query = { AppId: appId, VersionId: versionId };
    return rawCall(this.emulator, { action: 'DeleteEdgeContainerAppVersion', method: 'POST', query });
  }

  #list(query: Readonly<Record<string, string>>): Promise<RawAnswer> {
    return rawCall(this.emulator, { action: list, query: { AppId: appId, PageSize: '100', ...query } });
  }

  #send({ Containers, ...texts }: ReturnType<typeof toCreateRequest>): Promise<RawAnswer> {
    return rawCreate(this.emulator, { ...texts, Containers: JSON.stringify(Containers) });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.emulator.stop();
  }
}

/** An object of each kind, all at rest; the name of an object is that of its part below. */
export async function goodEvidence(): Promise<Evidence> {
  await using cloud = await JudgedCloud.start();
  const objects = [
    await created(cloud, named('created')),
    await retried(cloud, named('retried')),
    await refused(cloud, named('refused')),
    await adopted(cloud, named('adopted', { adoptionPolicy: 'IfIdentical' })),
    await conflicting(cloud, named('conflicting')),
    second(cloud, named('second-of-created', { name: nameOf('created') })),
    idle(cloud, named('idle', { suspend: true })),
  ];
  const gone = [
    await created(cloud, named('retained')),
    await deleted(cloud, named('deleted', { deletionPolicy: 'Delete' })),
  ];
  const { emulator } = cloud;
  return structuredClone({
    ...usual,
    ownerId,
    objects,
    gone,
    versions: emulator.versions(),
    calls: emulator.calls(),
  });
}

export const nameOf = (part: string): string => `${part}-1.0.0`;

/** @param name of the object; its version is called `<name>-1.0.0` unless the spec says otherwise */
export function named(name: string, spec: Overrides<never>['spec'] = {}): EdgeAppVersion {
  const adoptionPolicy: AdoptionPolicy = 'Owned';
  return edgeAppVersion({
    metadata: { name, uid: `uid-of-${name}` },
    spec: { name: nameOf(name), remarks: `release ${name}`, adoptionPolicy, ...spec },
  });
}

export async function created(cloud: JudgedCloud, object: EdgeAppVersion): Promise<EdgeAppVersion> {
  return known(cloud, object, await cloud.post(object), 'Created');
}

/** The first create failed in a way that says nothing; the second came after a proof. */
export async function retried(cloud: JudgedCloud, object: EdgeAppVersion): Promise<EdgeAppVersion> {
  await cloud.post(object, { answer: { kind: 'error', code: 'InternalError' } });
  cloud.pass(30_000);
  for (let looks = 0; looks < 3; looks += 1) {
    await cloud.look(object.spec.name ?? '');
    cloud.pass(10_000);
  }
  return created(cloud, object);
}

async function refused(cloud: JudgedCloud, object: EdgeAppVersion): Promise<EdgeAppVersion> {
  const code = 'InvalidParameter.Image';
  const { status, body } = await cloud.post(object, { answer: { kind: 'error', code } });
  const requestId = String(body.RequestId);
  const error = new EsaError({ operation: create, code, message: 'no', httpStatus: status, requestId });
  return stalled(cloud, object, toProblem(error, classify(error, 'create')));
}

async function adopted(cloud: JudgedCloud, object: EdgeAppVersion): Promise<EdgeAppVersion> {
  const { RequestId: _notOurs, ...body } = (await cloud.postForeign(object)).body;
  return known(cloud, object, { body }, 'Adopted');
}

async function conflicting(cloud: JudgedCloud, object: EdgeAppVersion): Promise<EdgeAppVersion> {
  const { body } = await cloud.postForeign(object);
  return stalled(cloud, object, nameTaken(nameOf('conflicting'), String(body.VersionId), nobody));
}

function second(cloud: JudgedCloud, object: EdgeAppVersion): EdgeAppVersion {
  return stalled(cloud, object, rivalHolds('shop/created', `${appId}/${nameOf('created')}`));
}

function idle({ nowMs }: JudgedCloud, object: EdgeAppVersion): EdgeAppVersion {
  return { ...object, status: suspended(object, nowMs) };
}

async function deleted(cloud: JudgedCloud, object: EdgeAppVersion): Promise<EdgeAppVersion> {
  const last = await created(cloud, object);
  await cloud.delete(last.status?.versionId ?? '');
  return last;
}

function known(
  { nowMs }: JudgedCloud,
  object: EdgeAppVersion,
  { body }: Pick<RawAnswer, 'body'>,
  origin: Origin,
): EdgeAppVersion {
  const version = {
    versionId: String(body.VersionId),
    versionName: object.spec.name ?? object.metadata.name,
    versionStatus: 'created',
    origin,
    fingerprint: fingerprint(toCreateRequest(object, { packing: defaultPacking })),
    requestId: body.RequestId as string | undefined,
  } as const;
  return { ...object, status: recorded(object, version, { wallMs: nowMs }) };
}

function stalled({ nowMs }: JudgedCloud, object: EdgeAppVersion, problem: VersionProblem): EdgeAppVersion {
  return { ...object, status: failing(object, problem, { wallMs: nowMs }) };
}
