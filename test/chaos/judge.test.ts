import { describe, expect, test } from 'vitest';
import type { CallRecord, StoredVersion } from '../../src/emulator/emulator.ts';
import type { EdgeAppVersion } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import type { Evidence } from './evidence.ts';
import { judge } from './judge.ts';
import { goodEvidence, named, nameOf } from './judge-evidence.ts';

const good = await goodEvidence();

type Change<T> = (one: T) => Partial<T> | undefined;

/** The evidence with some members of what passes the test replaced, or without it where the change is undefined. */
function change<T extends object>(all: readonly T[], test: (one: T) => boolean, to: Change<T>): readonly T[] {
  expect(all.filter(test)).toHaveLength(1);
  return all.flatMap((one) => {
    if (!test(one)) return [one];
    const members = to(one);
    return members ? [{ ...one, ...members }] : [];
  });
}

const object = (name: string, to: Change<EdgeAppVersion>): Evidence => ({
  ...good,
  objects: change(good.objects, ({ metadata }) => metadata.name === name, to),
});
const spec = (name: string, members: Partial<EdgeAppVersion['spec']>) =>
  object(name, (one) => ({ spec: { ...one.spec, ...members } }));
const status = (name: string, members: object) =>
  object(name, (one) => ({ status: { observedGeneration: 1, ...one.status, ...members } }));
const error = (name: string, members: object) =>
  object(name, (one) => ({
    status: { ...one.status, observedGeneration: 1, error: { ...one.status?.error, ...members } as never },
  }));
const metadata = (name: string, members: object) =>
  object(name, (one) => ({ metadata: { ...one.metadata, ...members } }));
const version = (name: string, to: Change<StoredVersion>): Evidence => ({
  ...good,
  versions: change(good.versions, (one) => one.name === nameOf(name), to),
});
const idOf = (name: string) => versionOf(name).versionId;
const versionOf = (name: string) => good.versions.find((one) => one.name === nameOf(name)) as StoredVersion;
const postsOf = (name: string) =>
  good.calls.filter(
    ({ action, parameters }) => action.startsWith('Create') && parameters.Name === nameOf(name),
  ) as [CallRecord, ...CallRecord[]];
/** One call more, behind all others. */
const called = (call: CallRecord, members: Partial<CallRecord> = {}): Evidence => ({
  ...good,
  calls: [...good.calls, { ...call, number: 1000, time: '2026-11-24T09:00:00.000Z', ...members }],
});
const deletes = (versionId: string, committed = false) => {
  const [call] = good.calls.filter(({ action }) => action.startsWith('Delete')) as [CallRecord];
  const outcome = { ...call.outcome, committed };
  return called(call, { parameters: { ...call.parameters, VersionId: versionId }, outcome });
};
const gone = (name: string, members: Partial<EdgeAppVersion>): Evidence => ({
  ...good,
  gone: change(
    good.gone,
    (one) => one.metadata.name === name,
    () => members,
  ),
});

interface Case {
  readonly title: string;
  readonly evidence: Evidence;
}

function casesOf(cases: Readonly<Record<string, Evidence>>): Case[] {
  return Object.entries(cases).map(([title, evidence]) => ({ title, evidence }));
}

const copy = { ...versionOf('created'), versionId: 'ver-1000000000000000001' };
const broken: Readonly<Record<string, Readonly<Record<string, Evidence>>>> = {
  duplicates: {
    'a second version of one owner and name': {
      ...good,
      versions: [...good.versions, { ...versionOf('retained'), versionId: copy.versionId }],
    },
    'a second version that was deleted later': {
      ...deletes(copy.versionId, true),
      earlier: [copy],
      gone: [...good.gone, ...spec('created', { deletionPolicy: 'Delete' }).objects],
    },
  },
  lostIds: {
    'a version whose object was refused': {
      ...good,
      versions: [
        ...good.versions,
        { ...copy, name: nameOf('refused'), remarks: postsOf('refused')[0].parameters.Remarks ?? '' },
      ],
    },
    'a version whose object has lost its id': status('retried', {
      versionId: undefined,
      versionStatus: undefined,
      origin: undefined,
      error: good.objects[2]?.status?.error,
      conditions: good.objects[2]?.status?.conditions,
    }),
  },
  wrongAdoptions: {
    'a version that is not there': version('created', () => undefined),
    "another object's version": {
      ...status('created', { versionId: idOf('retried') }),
      versions: good.versions.filter(({ name }) => name !== nameOf('created')),
    },
    'a version of another installation': version('created', ({ remarks }) => ({
      remarks: remarks.replace('judged', 'other'),
    })),
    'a version that says that another spec made it': version('created', ({ remarks }) => ({
      remarks: remarks.replace(/spec=v1:.{12}/, 'spec=v1:000000000000'),
    })),
    'a version without a mark that is called Created': version('created', () => ({
      remarks: 'release created',
    })),
    'another image': version('retried', ({ containers }) => ({
      containers: containers.map((container) => ({ ...container, Image: 'other:1' })),
    })),
    'other remarks': version('retried', ({ remarks }) => ({ remarks: `not ${remarks}` })),
    'another app': version('retried', () => ({ appId: 'app-404404404404404404' })),
    'other content that was adopted': version('adopted', ({ containers }) => ({
      containers: containers.map((container) => ({ ...container, Args: '--more' })),
    })),
    'adopted without leave': spec('adopted', { adoptionPolicy: 'Owned' }),
    "adopted with somebody's mark": version('adopted', () => ({
      remarks: '[k8s owner=other/shop/adopted spec=v1:000000000000]',
    })),
  },
  foreignTouched: {
    'a foreign version that is gone': version('conflicting', () => undefined),
    'a foreign version that a call wants deleted': deletes(idOf('conflicting')),
    'a foreign version of before that has changed': {
      ...good,
      earlier: [{ ...versionOf('conflicting'), containers: [] }],
    },
  },
  unwantedDeletes: {
    'a delete under Retain': deletes(idOf('retained')),
    'a delete of a version whose object stays': {
      ...deletes(idOf('created')),
      objects: spec('created', { deletionPolicy: 'Delete' }).objects,
    },
  },
  leaks: {
    'a version of an object that went under Delete': gone('retained', {
      spec: { ...named('retained').spec, deletionPolicy: 'Delete' },
    }),
  },
  tooManyPosts: {
    'one after a create that worked': called(postsOf('created')[0]),
    'one after a create that ended unknown': {
      ...good,
      calls: good.calls.filter(({ action }) => !action.startsWith('List')),
    },
    'one after a create that was refused, to which nobody listened': {
      ...called(postsOf('refused')[0]),
      calls: called(postsOf('refused')[0]).calls.map((call) =>
        call === postsOf('refused')[0]
          ? { ...call, outcome: { ...call.outcome, delivery: 'dropped' } }
          : call,
      ),
    },
    'a third in two lives': {
      ...good,
      gone: [...good.gone, ...good.objects.slice(0, 1)],
      calls: [...called(postsOf('created')[0]).calls, { ...postsOf('created')[0], number: 1001 }],
    },
  },
  unsettled: {
    'an object that nobody looked at': object('refused', () => ({ status: { observedGeneration: -1 } })),
    'an object that has not seen its spec': metadata('created', { generation: 2 }),
    'an object that still tries': status('refused', {
      conditions: good.objects[2]?.status?.conditions?.map((one) =>
        one.type === 'Stalled' ? { ...one, type: 'Reconciling' } : one,
      ),
    }),
    'a reason that nobody has to act on': status('refused', {
      conditions: good.objects[2]?.status?.conditions?.map((one) => ({ ...one, reason: 'Creating' })),
    }),
    'an object that is going and says nothing': metadata('created', {
      deletionTimestamp: '2026-11-24T09:00:00Z',
    }),
    'a status that breaks a rule': status('created', {
      error: good.objects[2]?.status?.error,
    }),
  },
  untrueStatus: {
    'an open attempt': status('refused', {
      attempt: {
        id: 'one',
        uid: 'uid-of-refused',
        number: 1,
        name: nameOf('refused'),
        fingerprint: 'v1:0',
        startedAt: '2026-11-24T08:00:00Z',
        unknownBefore: false,
      },
    }),
    'an origin without an id': status('refused', { origin: 'Created' }),
    'no origin': status('refused', { versionStatus: 'created' }),
    'another name': status('created', { versionName: nameOf('other') }),
    'another fingerprint': status('created', { fingerprint: `v1:${'0'.repeat(64)}` }),
    'a build that is not over': version('created', () => ({ status: 'creating' })),
    'another origin than the reason': status('created', {
      conditions: good.objects[0]?.status?.conditions?.map((one) => ({ ...one, reason: 'Adopted' })),
    }),
    'a request that was never answered': status('created', { requestId: 'none' }),
    'a code that the answer did not have': error('refused', { code: 'InvalidParameter.Name' }),
    'a code of another call': error('refused', { operation: 'ListEdgeContainerAppVersions' }),
    'an error that was never answered': error('refused', { requestId: 'none' }),
    'a code that nobody answered': error('refused', { requestId: undefined }),
    'a build that failed in the status alone': error('conflicting', { code: 'BuildFailed' }),
    'a missing version that is there': {
      ...status('created', {
        error: { ...good.objects[4]?.status?.error, code: 'VersionMissing' },
        conditions: good.objects[4]?.status?.conditions,
      }),
    },
    'a version in use that is not': error('conflicting', { code: 'InUse' }),
    'two versions where there is one': error('conflicting', { code: 'DuplicateVersion' }),
    'a reserved name that is listed': error('conflicting', { code: 'NameReserved' }),
    'a conflict with nothing': spec('conflicting', { name: nameOf('free') }),
    'a conflict with nobody': spec('second-of-created', { name: nameOf('free') }),
  },
};

const twice = called(postsOf('created')[0]);
const accepted: Readonly<Record<string, Evidence>> = {
  'a second create of an object that was deleted and applied again': {
    ...twice,
    gone: [...good.gone, ...good.objects.slice(0, 1)],
  },
  'a second create after a refusal': called(postsOf('refused')[0]),
  'another name after a conflict': called(postsOf('conflicting')[0], {
    parameters: postsOf('refused')[0].parameters,
  }),
  'a version that a person deleted': {
    ...version('created', () => undefined),
    takenAway: [idOf('created')],
  },
  'a version whose object was told to let it go': gone('retained', {
    metadata: {
      ...named('retained').metadata,
      annotations: { 'esa.alibabacloud.com/abandon': 'true' },
    },
    spec: { ...named('retained').spec, deletionPolicy: 'Delete' },
  }),
  'a foreign version of before that is as it was': { ...good, earlier: [versionOf('conflicting')] },
  'a foreign version that a person deleted': {
    ...version('adopted', () => undefined),
    objects: good.objects.filter(({ metadata }) => metadata.name !== 'adopted'),
    takenAway: [idOf('adopted')],
  },
};

describe('the judge', () => {
  test('finds nothing where all is well', () => {
    expect(judge(good)).toEqual([]);
    expect(judge(JSON.parse(JSON.stringify(good)))).toEqual([]);
  });

  test.each(casesOf(accepted))('finds nothing in $title', ({ evidence }) => {
    expect(judge(evidence)).toEqual([]);
  });

  for (const [name, cases] of Object.entries(broken)) {
    describe(`reports ${name} and no other name`, () => {
      test.each(casesOf(cases))('for $title', ({ evidence }) => {
        const names = judge(evidence).map((line) => line.split(':', 1)[0]);
        expect(new Set(names)).toEqual(new Set([name]));
      });
    });
  }
});
