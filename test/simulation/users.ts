/** What people and tools do to the objects of a schedule while the operators work. */
import type {
  EdgeAppVersion,
  EdgeAppVersionSpec,
  EdgeAppVersionStatus,
} from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { fingerprint } from '../../src/kinds/edge-app-version/request/fingerprint.ts';
import { formatMarker } from '../../src/kinds/edge-app-version/request/marker.ts';
import { defaultPacking } from '../../src/kinds/edge-app-version/request/packing.ts';
import { toCreateRequest } from '../../src/kinds/edge-app-version/request/to-create-request.ts';
import { container, edgeAppVersion } from '../support/manifests.ts';
import type { ApiServer } from './api-server.ts';
import type { Choices } from './choices.ts';
import type { Cloud } from './cloud.ts';
import type { Tally } from './tally.ts';
import type { Timeline } from './timeline.ts';

export interface Stage {
  readonly apiServer: ApiServer;
  readonly cloud: Cloud;
  readonly choices: Choices;
  readonly tally: Tally;
  readonly timeline: Timeline;
}

export const appId = 'app-880688675783790001';
export const ownerId = 'sim-cluster';

/** How long users go on doing things, in milliseconds. */
export const usersBusyMs = 90_000;

/** Puts in motion all that users will do. Returns how many objects there are at first. */
export function sendUsers(stage: Stage): void {
  const { choices, timeline } = stage;
  const names = choices.pick([
    ['shop-one'],
    ['shop-one'],
    ['shop-one', 'shop-two'],
    ['shop-one', 'shop-two', 'shop-six'],
  ]);
  for (const name of names) {
    if (choices.deviates('version there before', 0.08)) addForeign(stage, name);
    timeline.after(choices.between(0, 3000), () => create(stage, name, specOf(stage, name)));
    if (choices.deviates('user: delete soon', 0.02)) deleteSoon(stage, name);
  }
  const actions = Math.floor(choices.between(0, 4));
  for (let i = 0; i < actions; i += 1) {
    const name = choices.pick(names as [string, ...string[]]);
    timeline.after(choices.between(0, usersBusyMs), () => act(stage, name));
  }
  if (choices.deviates('user: delete all', 0.3))
    timeline.after(choices.between(usersBusyMs / 2, usersBusyMs), () => deleteAll(stage));
}

function deleteSoon({ apiServer, timeline, choices, tally }: Stage, name: string): void {
  timeline.after(choices.between(3000, 60_000), () => {
    if (!apiServer.store.stored(`shop/${name}`)) return;
    tally.fault('user: delete soon');
    apiServer.store.remove(`shop/${name}`);
  });
}

function deleteAll({ apiServer, tally }: Stage): void {
  tally.fault('user: delete all');
  for (const { metadata } of apiServer.all())
    apiServer.store.remove(`${metadata.namespace}/${metadata.name}`);
}

function specOf({ choices }: Stage, name: string): Partial<EdgeAppVersionSpec> {
  return {
    appId,
    // Two objects of one target now and then.
    name: choices.fraction() < 0.1 ? 'shop-shared' : name,
    remarks: choices.pick(['first', 'second']),
    deletionPolicy: choices.pick(['Retain', 'Delete']),
    adoptionPolicy: choices.pick(['Owned', 'Owned', 'IfIdentical', 'Never']),
  };
}

export function create(stage: Stage, name: string, spec: Partial<EdgeAppVersionSpec>): void {
  const { apiServer, timeline } = stage;
  if (apiServer.store.stored(`shop/${name}`)) return;
  const { uid, resourceVersion, ...metadata } = edgeAppVersion().metadata;
  const creationTimestamp = new Date(Date.UTC(2026, 0, 1) + timeline.nowMs).toISOString();
  apiServer.store.create({
    ...edgeAppVersion({ spec }),
    metadata: {
      ...metadata,
      name,
      uid: `uid-${name}-${Math.round(timeline.nowMs * 1000)}`,
      creationTimestamp,
    },
  });
}

type Action = (stage: Stage, object: EdgeAppVersion) => void;

const actions: Readonly<Record<string, Action>> = {
  edit: (stage, object) => {
    // The API server refuses a change of the request while an attempt is open or an id is known.
    if (object.status?.attempt || object.status?.versionId) return;
    edit(stage, object, { remarks: `${object.spec.remarks}!` });
  },
  rename,
  'toggle suspend': (stage, object) => edit(stage, object, { suspend: !object.spec.suspend }),
  'toggle deletion policy': (stage, object) =>
    edit(stage, object, { deletionPolicy: object.spec.deletionPolicy === 'Delete' ? 'Retain' : 'Delete' }),
  ask: ({ apiServer, timeline }, object) => {
    const annotations = { 'esa.alibabacloud.com/requested-at': String(timeline.nowMs) };
    apiServer.store.update({ ...object, metadata: { ...object.metadata, annotations } });
  },
  label: ({ apiServer, timeline }, object) => {
    const labels = { touched: String(timeline.nowMs) };
    apiServer.store.update({ ...object, metadata: { ...object.metadata, labels } });
  },
  delete: ({ apiServer }, { metadata }) => apiServer.store.remove(`${metadata.namespace}/${metadata.name}`),
  'delete and create again': (stage, { metadata, spec }) => {
    const { apiServer, timeline, choices } = stage;
    apiServer.store.remove(`${metadata.namespace}/${metadata.name}`);
    const again = choices.fraction() < 0.7 ? spec : { ...spec, remarks: 'another' };
    timeline.after(choices.between(0, 20_000), () => create(stage, metadata.name, again));
  },
  'lose the status': loseStatus,
  'copy the status of another object': (stage, object) => {
    const other = stage.apiServer.all().find(({ metadata }) => metadata.name !== object.metadata.name);
    const isFree = !object.status?.attempt && !object.status?.versionId;
    if (isFree && other?.status?.versionId) writeStatus(stage, object, other.status);
  },
  'restore an older status': (stage, object) => {
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    // A backup holds a status with the spec it is of; only that one is told apart here.
    const past = stage.apiServer.past.get(key) ?? [];
    const { remarks, name } = object.spec;
    const statuses = past
      .filter(({ spec }) => spec.remarks === remarks && spec.name === name)
      .map(({ status }) => status);
    const older = statuses[Math.floor(stage.choices.between(0, statuses.length))];
    if (older) writeStatus(stage, object, older);
  },
};

/** Another spec.name, where the API server takes it: not from the first claim on. */
export function rename(stage: Stage, object: EdgeAppVersion): void {
  const { apiServer } = stage;
  const { attempt, versionId, attempts = 0 } = object.status ?? {};
  if (attempt || versionId || attempts > 0) return;
  const life = apiServer.lifeOf(object);
  const hasClaimed = [...apiServer.claims.values()].some((claim) => claim.life === life);
  if (apiServer.lossesOf(object) > 0 && !hasClaimed) apiServer.renamedAfterLoss.add(object.metadata.uid);
  edit(stage, object, { name: `${object.metadata.name}-renamed` });
}

function loseStatus(stage: Stage, object: EdgeAppVersion): void {
  writeStatus(stage, object, { observedGeneration: -1 });
}

/** As from a backup that was restored. */
function writeStatus({ apiServer }: Stage, object: EdgeAppVersion, status: EdgeAppVersionStatus): void {
  apiServer.isUserWriting = true;
  apiServer.store.update({ ...object, status });
  apiServer.isUserWriting = false;
}

function act(stage: Stage, name: string): void {
  const { apiServer, choices, tally } = stage;
  const object = apiServer.store.stored(`shop/${name}`);
  const [kind, run] = choices.pick(Object.entries(actions) as [[string, Action]]);
  if (!object || !choices.deviates(`user: ${kind}`, 1)) return;
  tally.fault(`user: ${kind}`);
  run(stage, object);
}

export function edit({ apiServer }: Stage, object: EdgeAppVersion, spec: Partial<EdgeAppVersionSpec>): void {
  if (object.metadata.deletionTimestamp) return;
  apiServer.store.update({ ...object, spec: { ...object.spec, ...spec } });
}

/** A version of that name which some other cluster, or a person, has made before. */
function addForeign({ cloud, choices, tally }: Stage, name: string): void {
  tally.fault('version there before');
  const content = toCreateRequest(edgeAppVersion({ spec: { appId, name } }), { packing: defaultPacking });
  const other = toCreateRequest(
    edgeAppVersion({ spec: { appId, name, containers: [container({ spec: '8C32G' })] } }),
    { packing: defaultPacking },
  );
  const marker = formatMarker({
    ownerId: 'other',
    namespace: 'shop',
    name,
    fingerprint: fingerprint(content),
  });
  cloud.add({
    appId,
    name,
    remarks: choices.pick(['', marker]),
    containers: choices.pick([content.Containers, other.Containers]),
    listedFromMs: 0,
    readFromMs: 0,
    builtAtMs: 0,
    isDeletableUnseen: true,
    nonce: '',
    isForeign: true,
  });
}

/** What an operator is about when a user strikes at the worst moment. */
export type Critical = 'look' | 'create' | 'delete';

interface Strike {
  readonly probability: number;
  readonly hits: (object: EdgeAppVersion) => boolean;
  readonly run: (stage: Stage, object: EdgeAppVersion) => void;
}

const isGoing = ({ metadata }: EdgeAppVersion): boolean => metadata.deletionTimestamp !== undefined;

const strikes: Readonly<Record<Critical, Strike>> = {
  look: {
    probability: 0.01,
    hits: (object) => !isGoing(object) && !object.status?.attempt && !object.status?.versionId,
    run: (stage, object) => stage.choices.pick([createAgain, editSoon])(stage, object),
  },
  create: {
    probability: 0.05,
    hits: (object) => !isGoing(object) && object.status?.attempt !== undefined,
    run: (stage, object) => stage.choices.pick([createAgain, loseSoon])(stage, object),
  },
  delete: {
    probability: 0.15,
    hits: isGoing,
    run: (stage, object) => stage.timeline.after(stage.choices.between(0, 10), () => keep(stage, object)),
  },
};

export function meddle(stage: Stage, during: Critical): void {
  const { apiServer, choices, tally } = stage;
  const { probability, hits, run } = strikes[during];
  const kind = `user: strikes during ${during}`;
  for (const object of apiServer.all()) {
    if (!hits(object) || !choices.deviates(kind, probability)) continue;
    tally.fault(kind);
    run(stage, object);
  }
}

/** Takes the object away by force, finalizers or not, and applies another manifest of that name. */
function createAgain(stage: Stage, object: EdgeAppVersion): void {
  const { apiServer, timeline, choices } = stage;
  const key = `${object.metadata.namespace}/${object.metadata.name}`;
  timeline.after(choices.between(0, 10), () => {
    const stored = apiServer.store.stored(key);
    if (stored?.metadata.uid !== object.metadata.uid) return;
    apiServer.forced.add(key);
    const { finalizers: _, ...metadata } = stored.metadata;
    const { metadata: after } = apiServer.store.update({ ...stored, metadata });
    if (!after.deletionTimestamp) apiServer.store.remove(key);
    timeline.after(choices.between(0, 50), () =>
      create(stage, object.metadata.name, { ...object.spec, remarks: 'another' }),
    );
  });
}

function editSoon(stage: Stage, { metadata }: EdgeAppVersion): void {
  stage.timeline.after(stage.choices.between(0, 10), () => {
    const stored = stage.apiServer.store.stored(`${metadata.namespace}/${metadata.name}`);
    if (stored?.metadata.uid === metadata.uid) actions.edit?.(stage, stored);
  });
}

function loseSoon(stage: Stage, { metadata }: EdgeAppVersion): void {
  stage.timeline.after(stage.choices.between(0, 10), () => {
    const stored = stage.apiServer.store.stored(`${metadata.namespace}/${metadata.name}`);
    if (stored?.metadata.uid === metadata.uid) loseStatus(stage, stored);
  });
}

/** Changes their mind: the version is to stay after all. */
function keep({ apiServer }: Stage, { metadata }: EdgeAppVersion): void {
  const key = `${metadata.namespace}/${metadata.name}`;
  const stored = apiServer.store.stored(key);
  if (stored?.metadata.uid !== metadata.uid) return;
  apiServer.forced.add(key);
  apiServer.store.update({ ...stored, spec: { ...stored.spec, deletionPolicy: 'Retain' } });
}
