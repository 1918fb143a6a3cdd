import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/emulator/emulator.ts';
import { usual } from './evidence.ts';
import { judge } from './judge.ts';
import { JudgedCloud, named, nameOf, ownerId } from './judge-evidence.ts';

const object = named('looked-for');
const [name, list] = [nameOf('looked-for'), 'ListEdgeContainerAppVersions'];
const whole = { PageNumber: '1' } as const;

interface Proof {
  readonly title: string;
  readonly isProof: boolean;
  /** When looks were made, in seconds since the first create. */
  readonly looksAtS: readonly number[];
  readonly sought?: string;
  readonly fault?: Omit<Fault, 'action'>;
}

const error = { kind: 'error', code: 'Throttling.User' } as const;
const proofs: readonly Proof[] = [
  { title: 'three looks, the first after 30 seconds', isProof: true, looksAtS: [30, 40, 50] },
  { title: 'early looks and three more', isProof: true, looksAtS: [1, 2, 5, 30, 40, 50] },
  { title: 'looks that are closer, and enough of them', isProof: true, looksAtS: [30, 35, 40, 45, 50] },
  { title: 'two looks', isProof: false, looksAtS: [30, 40] },
  { title: 'a look that was too early', isProof: false, looksAtS: [20, 40, 50] },
  { title: 'a look that was too close', isProof: false, looksAtS: [30, 35, 50] },
  { title: 'looks for another name', isProof: false, looksAtS: [30, 40, 50], sought: 'another-name' },
  {
    title: 'a search that failed',
    isProof: false,
    looksAtS: [30, 40, 50],
    fault: { where: { SearchKey: name }, answer: error },
  },
  {
    title: 'a listing that failed',
    isProof: false,
    looksAtS: [30, 40, 50],
    fault: { where: whole, skip: 5, answer: error },
  },
  {
    title: 'a listing that was lost',
    isProof: false,
    looksAtS: [30, 40, 50],
    fault: { where: whole, skip: 5, answer: { kind: 'drop' } },
  },
];

describe('two creates with an unknown end between them', () => {
  test.each(proofs)('are judged by $title', async ({ isProof, looksAtS, sought = name, fault }) => {
    await using cloud = await startAmbiguous();
    if (fault) cloud.emulator.setFault({ action: list, ...fault });
    await lookAt(cloud, looksAtS, sought);
    await cloud.post(object);
    expect(hasTooMany(cloud)).toBe(!isProof);
  });

  test.each([
    { title: 'with all its pages', pages: 2, isProof: true },
    { title: 'without its last page', pages: 1, isProof: false },
  ])('are judged by listings, each $title', async ({ pages, isProof }) => {
    await using cloud = await startAmbiguous();
    for (let index = 0; index < 101; index += 1) await cloud.postForeign(named(`other-${index}`));
    cloud.pass(20_000);
    for (let look = 0; look < 3; look += 1) {
      cloud.pass(10_000);
      await cloud.look(name, pages);
    }
    await cloud.post(object);
    expect(hasTooMany(cloud)).toBe(!isProof);
  });

  /** A first create, of which nothing came, but whose answer does not say so. */
  async function startAmbiguous(): Promise<JudgedCloud> {
    const cloud = await JudgedCloud.start();
    await cloud.post(object, { answer: { kind: 'error', code: 'InternalError' } });
    return cloud;
  }

  async function lookAt(cloud: JudgedCloud, looksAtS: readonly number[], sought: string): Promise<void> {
    const startMs = cloud.nowMs;
    for (const atS of looksAtS) {
      cloud.pass(startMs + atS * 1000 - cloud.nowMs);
      await cloud.look(sought).catch(() => undefined);
    }
  }
});

function hasTooMany({ emulator }: JudgedCloud): boolean {
  const left = { objects: [object], versions: emulator.versions(), calls: emulator.calls() };
  return judge({ ...usual, ownerId, ...left }).some((line) => line.startsWith('tooManyPosts'));
}
