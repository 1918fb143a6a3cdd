import { describe, expect, it } from 'vitest';
import type { WriteResult } from '../../../../src/api/object-client.ts';
import {
  type EdgeAppVersion,
  type EdgeAppVersionStatus,
  finalizer,
} from '../../../../src/kinds/edge-app-version/edge-app-version.ts';
import { edgeAppVersion } from '../../../support/manifests.ts';
import { esaError } from '../../../support/memory-esa.ts';
import { key, type OnRecord, World, type WorldOptions, withRecords } from './world.ts';

type Written = WriteResult<EdgeAppVersion>;

const namesOf = (namespace: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${namespace}-${index}`);
const keysOf = (namespace: string, count: number) =>
  namesOf(namespace, count).map((name) => `${namespace}/${name}`);

/** A world whose records go through `onRecord`. */
function worldWith(onRecord: OnRecord, options: WorldOptions = {}): World {
  return new World({
    ...options,
    client: (client, world) => withRecords(options.client?.(client, world) ?? client, onRecord),
  });
}

/** A world in which no record of the namespace is written as long as `isOpen` says so. */
function worldHeldUp(namespace: string, isHeldUp: () => boolean, options?: WorldOptions): World {
  return worldWith(async (write, of) => {
    if (of.namespace === namespace && isHeldUp())
      throw new Error('failed calling webhook "deny.example.com"');
    return write();
  }, options);
}

async function applyAll(world: World, namespace: string, count: number): Promise<void> {
  for (const name of namesOf(namespace, count)) {
    const metadata = { name, namespace, uid: `uid-of-${name}` };
    await world.apply({ metadata });
  }
}

const errorsOf = (world: World) => world.logs.filter(({ level }) => level === 'error');

describe('outcomes that cannot be written', () => {
  it('hold no worker, and are written without another create once that is possible', async () => {
    let isHeldUp = true;
    await using world = worldHeldUp('held', () => isHeldUp, { concurrency: 2 });
    await applyAll(world, 'held', 6);
    await applyAll(world, 'free', 6);
    await world.clock.advance(3_000);
    expect(keysOf('free', 6).map((of) => world.summary(of))).toEqual(Array(6).fill('True/Created'));
    expect(keysOf('held', 6).map((of) => world.status(of).attempt?.number)).toEqual(Array(6).fill(1));
    await world.clock.advance(3_600_000);
    isHeldUp = false;
    await world.clock.advance(61_000);
    for (const name of namesOf('held', 6)) {
      const version = world.esa.versions.find((candidate) => candidate.name === name);
      expect(world.status(`held/${name}`)).toMatchObject({ versionId: version?.versionId, attempts: 1 });
      expect(world.summary(`held/${name}`)).toBe('True/Created');
    }
    expect(world.esa.count('create')).toBe(12);
  });

  it('stop claims in their namespace at 20, and nowhere else', async () => {
    let isHeldUp = true;
    await using world = worldHeldUp('held', () => isHeldUp);
    await applyAll(world, 'held', 25);
    await applyAll(world, 'free', 25);
    await world.clock.advance(600_000);
    const claimed = keysOf('held', 25).filter((of) => world.status(of).attempt);
    expect(claimed).toHaveLength(20);
    expect(keysOf('free', 25).filter((of) => world.summary(of) !== 'True/Created')).toEqual([]);
    expect(world.esa.count('create')).toBe(45);
    isHeldUp = false;
    await world.clock.advance(70_000);
    expect(keysOf('held', 25).filter((of) => world.summary(of) !== 'True/Created')).toEqual([]);
    expect(world.esa.count('create')).toBe(50);
  });

  it('are not those that are just being written for the first time', async () => {
    await using world = worldWith(
      async (write, of) => {
        await world.clock.sleep(Number(of.name.split('-')[1]) % 2 ? 2_000 : 10);
        return write();
      },
      { concurrency: 50 },
    );
    for (const name of namesOf('busy', 100)) world.store.create(objectOf(name));
    await world.clock.advance(4_500);
    expect(world.esa.count('create')).toBe(100);
  });

  it('are tried with back-off, however often the object changes meanwhile', async () => {
    let tries = 0;
    await using world = worldWith(async () => {
      tries += 1;
      throw new Error('connection refused');
    });
    await world.apply();
    for (let edit = 0; edit < 100; edit++) {
      await world.annotate({ edit: String(edit) });
      await world.clock.advance(10);
    }
    expect(tries).toBeLessThanOrEqual(2);
  });

  it('are tried when the API server asks for it, not before', async () => {
    const asked = Object.assign(new Error('too many requests'), { retryAfterMs: 25_000 });
    const triesAtMs: number[] = [];
    await using world = worldWith(async (write) => {
      triesAtMs.push(world.clock.monotonicMs());
      if (triesAtMs.length === 1) throw asked;
      return write();
    });
    await world.apply();
    await world.clock.advance(60_000);
    expect(world.summary()).toBe('True/Created');
    expect(triesAtMs[1]).toBeGreaterThanOrEqual(25_000);
  });

  it('keep the pace of a refusal once they are written', async () => {
    let failures = 2;
    await using world = worldWith(async (write) => {
      if (failures-- > 0) throw new Error('connection refused');
      return write();
    });
    world.esa.failNext('create', {
      kind: 'before',
      error: esaError('InvalidParameter.Image', { httpStatus: 400 }),
    });
    await world.apply();
    await world.clock.advance(600_000);
    expect(world.summary()).toBe('False/InvalidRequest Stalled');
    expect(world.esa.count('create')).toBe(1);
  });

  it('are tried once more at the stop, and then named in the log with what is in the way', async () => {
    let tries = 0;
    await using world = worldWith(async () => {
      tries += 1;
      throw new Error('failed calling webhook "deny.example.com"');
    });
    await applyAll(world, 'held', 3);
    await world.clock.advance(1_500);
    const before = tries;
    await world.stop();
    expect(tries - before).toBe(3);
    const named = errorsOf(world).filter(({ message }) => message.startsWith('Stopped before'));
    const idsOf = (fields: object) => (fields as { versionId?: string }).versionId;
    expect(named.map(({ fields }) => idsOf(fields)).sort()).toEqual(
      world.esa.versions.map(({ versionId }) => versionId).sort(),
    );
    expect(named.map(({ fields }) => (fields as { error?: Error }).error?.message)).toEqual(
      Array(3).fill('failed calling webhook "deny.example.com"'),
    );
  });

  it('are written at the stop where that is possible by then', async () => {
    let isHeldUp = true;
    await using world = worldHeldUp('held', () => isHeldUp);
    await applyAll(world, 'held', 3);
    isHeldUp = false;
    await world.stop();
    expect(keysOf('held', 3).map((of) => world.summary(of))).toEqual(Array(3).fill('True/Created'));
    expect(errorsOf(world)).toEqual([]);
  });

  it('come before the deletion of their object, which then has the id to delete', async () => {
    let isHeldUp = true;
    await using world = worldHeldUp('shop', () => isHeldUp);
    await world.apply({ metadata: { finalizers: [finalizer] }, spec: { deletionPolicy: 'Delete' } });
    world.store.remove(key);
    await world.clock.advance(120_000);
    expect(world.object().metadata.deletionTimestamp).toBeDefined();
    expect(world.esa.count('delete')).toBe(0);
    isHeldUp = false;
    await world.clock.advance(120_000);
    expect(world.store.stored(key)).toBeUndefined();
    expect([world.esa.count('delete'), world.esa.versions.length]).toEqual([1, 0]);
  });
});

describe('an outcome whose write', () => {
  it('was done, while its response was lost, is not told as lost', async () => {
    let isFirst = true;
    await using world = worldWith(async (write) => {
      const result = await write();
      if (isFirst) {
        isFirst = false;
        throw new Error('socket hang up');
      }
      return result;
    });
    await world.apply();
    await world.clock.advance(10_000);
    expect(world.summary()).toBe('True/Created');
    expect(errorsOf(world)).toEqual([]);
  });

  it('is refused as too large is written shortened, with the id', async () => {
    const sizes: number[] = [];
    await using world = worldWith(
      async (write, _, status) => {
        sizes.push(JSON.stringify(status).length);
        return sizes.length === 1 ? { kind: 'tooLarge', message: 'request is too large' } : write();
      },
      { esa: { firstStatus: 'failed' } },
    );
    await world.apply();
    expect(world.status().versionId).toBe(world.esa.versions[0]?.versionId);
    expect(world.status().conditions?.[0]?.message).toMatch(/^.{80}\.\.\.$/);
    expect(sizes).toEqual([expect.any(Number), Math.min(...sizes)]);
  });

  it('is invalid while its attempt is open stays', async () => {
    let isInvalid = true;
    await using world = worldWith(async (write) =>
      isInvalid ? { kind: 'invalid', message: 'a rule of the schema' } : write(),
    );
    await world.apply();
    await world.clock.advance(600_000);
    expect(errorsOf(world)).toEqual([]);
    isInvalid = false;
    await world.clock.advance(61_000);
    expect(world.summary()).toBe('True/Created');
    expect(world.esa.count('create')).toBe(1);
  });

  it('meets another attempt goes to the log, with its id', async () => {
    await using world = worldWith(async (write) => {
      const { status, ...object } = world.object();
      const attempt = status?.attempt && { ...status.attempt, id: 'attempt-of-another' };
      world.store.update({ ...object, status: { ...status, attempt } as EdgeAppVersionStatus });
      return write();
    });
    await world.apply();
    expect(errorsOf(world)[0]?.fields).toMatchObject({
      attempt: 'attempt-1',
      versionId: world.esa.versions[0]?.versionId,
    });
  });

  it.each([
    ['the id', { keepsAttempt: true }],
    ['the id and the attempt', { keepsAttempt: false }],
  ])('is not shown by the response to have kept %s stays', async (_, { keepsAttempt }) => {
    let isStripped = true;
    const strip = (result: Written): Written => {
      if (!isStripped || result.kind !== 'written' || !result.object.status?.versionId) return result;
      const status = keepsAttempt ? claim : { observedGeneration: -1 };
      world.store.update({ ...result.object, status: status ?? { observedGeneration: -1 } });
      return { kind: 'written', object: world.object() };
    };
    let claim: EdgeAppVersionStatus | undefined;
    await using world = worldWith(
      async (write) => {
        claim ??= world.status();
        return strip(await write());
      },
      {
        esa: { listLagMs: 24 * 3_600_000, duplicateNames: 'allowed' },
        client: (client) => ({
          ...client,
          replaceStatus: async (object, status) => strip(await client.replaceStatus(object, status)),
        }),
      },
    );
    await world.apply();
    await world.clock.advance(3_600_000);
    expect(world.status().versionId).toBeUndefined();
    expect([errorsOf(world), world.writes < 150]).toEqual([[], true]);
    isStripped = false;
    await world.clock.advance(61_000);
    expect(world.status().versionId).toBe(world.esa.versions[0]?.versionId);
    expect(world.esa.count('create')).toBe(1);
  });

  it('comes after somebody emptied the status is written all the same', async () => {
    let isFirst = true;
    await using world = worldWith(
      async (write) => {
        if (isFirst) world.store.update({ ...world.object(), status: { observedGeneration: -1 } });
        isFirst = false;
        return write();
      },
      { esa: { listLagMs: 24 * 3_600_000, duplicateNames: 'allowed' } },
    );
    await world.apply();
    await world.clock.advance(3_600_000);
    expect(world.summary()).toBe('True/Created');
    expect(world.esa.count('create')).toBe(1);
  });
});

function objectOf(name: string) {
  return edgeAppVersion({ metadata: { name, namespace: 'busy', uid: `uid-of-${name}` } });
}
