/** What people do while everything goes wrong: a story for each object, drawn and paced by the seed. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ObjectKey } from '../../src/api/kube-object.ts';
import { requestedAtAnnotation } from '../../src/api/requested-at.ts';
import type {
  EdgeAppVersion,
  EdgeAppVersionSpec,
} from '../../src/kinds/edge-app-version/edge-app-version.ts';
import type { Choices } from '../simulation/choices.ts';
import { container, manifest } from '../support/manifests.ts';
import type { Console } from './console.ts';
import type { UserClient } from './user-client.ts';

export const namespaces = ['shop', 'games', 'press'] as const;
export const apps = ['app-880688675783790001', 'app-880688675783790002'] as const;

/** What happened that neither etcd nor the cloud's log can tell. */
export interface Diary {
  /** Objects that were deleted, as they last were. */
  readonly gone: EdgeAppVersion[];
  /** Ids of versions that were deleted past the operator. */
  readonly takenAway: string[];
  /** How many stories of each kind there were. */
  readonly stories: Record<string, number>;
}

interface Stage {
  readonly client: UserClient;
  readonly console: Console;
  readonly diary: Diary;
  readonly key: ObjectKey;
  /** What the object asks for unless the story says otherwise. */
  readonly spec: Partial<EdgeAppVersionSpec>;
  /** Waits as long as this user happens to take, in seconds. */
  readonly wait: (atLeast: number, lessThan: number) => Promise<void>;
  /** Whether something happens that does so in half of the cases. */
  readonly isEven: boolean;
}

type Story = (stage: Stage) => Promise<void>;

const mine: Partial<EdgeAppVersionSpec> = { deletionPolicy: 'Delete' };

const stories: Readonly<Record<string, Story>> = {
  create: (stage) => create(stage),
  'create and delete': async (stage) => {
    await create(stage, mine);
    await stage.wait(0, 8);
    await remove(stage);
  },
  'delete and create again': async (stage) => {
    await create(stage, mine);
    await stage.wait(0, 8);
    await remove(stage);
    await create(stage, stage.isEven ? mine : { ...mine, remarks: 'another' });
  },
  'delete, keep the version, and create again': async (stage) => {
    await create(stage);
    await stage.wait(0, 8);
    await remove(stage);
    await create(stage, stage.isEven ? {} : { remarks: 'another' });
  },
  'edit while suspended': async (stage) => {
    await create(stage, { suspend: true });
    await stage.wait(0, 5);
    await edit(stage, { remarks: 'edited' });
    await stage.wait(0, 5);
    await edit(stage, { suspend: false });
  },
  'edit at any time': async (stage) => {
    await create(stage);
    await stage.wait(0, 3);
    // The API server refuses it once an attempt is open.
    await edit(stage, { remarks: 'edited' });
  },
  'suspend and go on': async (stage) => {
    await create(stage);
    await stage.wait(0, 3);
    await edit(stage, { suspend: true });
    await stage.wait(0, 10);
    await edit(stage, { suspend: false });
  },
  'change the deletion policy': async (stage) => {
    await create(stage);
    await stage.wait(0, 4);
    await edit(stage, { deletionPolicy: 'Delete' });
    await stage.wait(0, 4);
    await edit(stage, { deletionPolicy: 'Retain' });
  },
  'ask at any time': async (stage) => {
    await create(stage);
    await stage.wait(0, 6);
    await ask(stage.client, stage.key);
  },
  'adopt what is identical': async (stage) => {
    await stage.console.create(toObject(stage));
    await create(stage, { adoptionPolicy: 'IfIdentical' });
  },
  'meet a foreign version': async (stage) => {
    const other = { containers: [container({ spec: '8C32G' })] };
    await stage.console.create(toObject(stage, stage.isEven ? other : {}), 'other');
    await create(stage, { adoptionPolicy: 'IfIdentical' });
  },
  'aim twice at one name': async (stage) => {
    const name = `both-${stage.key.name}`;
    await create(stage, { name });
    await stage.wait(0, 2);
    await create({ ...stage, key: { ...stage.key, name: `${stage.key.name}-too` } }, { name });
  },
  'build what fails': (stage) =>
    create(stage, { containers: [container({ image: 'registry.example.com/shop/build-fails:1' })] }),
  'take the version away, then delete': async (stage) => {
    await create(stage, mine);
    await stage.wait(2, 8);
    const { versionId: id, seenTime } = (await stage.client.read(stage.key))?.status ?? {};
    // One that was never seen is not taken for deleted: its object stays until a person abandons the version.
    if (id && seenTime && stage.console.delete(id)) stage.diary.takenAway.push(id);
    await stage.wait(0, 3);
    await remove(stage);
  },
};

/** Those that lead to what is rarely met are told more often. */
const oftenTold = [
  'create',
  'create and delete',
  'delete and create again',
  'take the version away, then delete',
];

export interface UsersOptions {
  readonly client: UserClient;
  readonly console: Console;
  readonly choices: Choices;
  /** How many stories begin at once, and how many in each second from then on. */
  readonly atOnce: number;
  readonly perSecond: number;
  /** No further story begins. */
  readonly signal: AbortSignal;
}

/** The diary fills while stories are told; `told` settles when each that has begun is at its end. */
export function tellStories(options: UsersOptions): { diary: Diary; told: Promise<void> } {
  const diary: Diary = { gone: [], takenAway: [], stories: {} };
  return { diary, told: tellAll(options, diary) };
}

async function tellAll(options: UsersOptions, diary: Diary): Promise<void> {
  const { client, console, choices, atOnce, perSecond, signal } = options;
  const begun: Promise<void>[] = [];
  while (!signal.aborted) {
    const kind = choices.pick([...Object.keys(stories), ...oftenTold] as [string, ...string[]]);
    diary.stories[kind] = (diary.stories[kind] ?? 0) + 1;
    const stage: Stage = {
      client,
      console,
      diary,
      key: { namespace: choices.pick(namespaces), name: `chaos-${1000 + begun.length}` },
      spec: { appId: choices.pick(apps) },
      isEven: choices.fraction() < 0.5,
      wait: waitBy(choices.fraction()),
    };
    begun.push(stories[kind]?.(stage) ?? Promise.resolve());
    if (begun.length >= atOnce) await delay(1000 / perSecond, undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(begun);
}

/** Asks for a try now, whatever pause the operator takes. */
export function ask(client: UserClient, key: ObjectKey): Promise<boolean> {
  return client.patch(key, {
    metadata: { annotations: { [requestedAtAnnotation]: new Date().toISOString() } },
  });
}

function waitBy(share: number): Stage['wait'] {
  return (atLeast, lessThan) => delay(1000 * (atLeast + share * (lessThan - atLeast)));
}

function toObject({ key, spec }: Stage, more: Partial<EdgeAppVersionSpec> = {}) {
  return manifest({ metadata: { ...key }, spec: { ...spec, ...more } });
}

/** Waits for an earlier object of that name to go. */
async function create(stage: Stage, more: Partial<EdgeAppVersionSpec> = {}): Promise<void> {
  const object = { ...toObject(stage, more), metadata: stage.key };
  while (!(await stage.client.create(object))) {
    if (!(await stage.client.read(stage.key))?.metadata.deletionTimestamp) return;
    await delay(500);
  }
}

async function edit({ client, key }: Stage, spec: Partial<EdgeAppVersionSpec>): Promise<void> {
  await client.patch(key, { spec });
}

/** Takes down how it last was, and goes when it is gone. */
async function remove({ client, key, diary }: Stage): Promise<void> {
  let last = await client.read(key);
  if (!last) return;
  const { uid } = last.metadata;
  const index = diary.gone.push(last) - 1;
  await client.remove(key);
  while (last?.metadata.uid === uid) {
    diary.gone[index] = last;
    await delay(500);
    last = await client.read(key);
  }
}
