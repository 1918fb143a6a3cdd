/** What wakes the objects of a kind: changes of its own, and of another kind to which they refer. */
import { expect, onTestFinished, test } from 'vitest';
import { type KubeObject, toKey } from '../../src/api/kube-object.ts';
import { createKindController, type KindControllerOptions } from '../../src/runtime/kind-controller.ts';
import { done } from '../../src/runtime/outcome.ts';
import { LogRecorder } from '../kube/log-recorder.ts';
import { MemoryObjectCache } from '../support/memory-object-cache.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

interface Toy extends KubeObject {
  readonly spec: { readonly parts: readonly string[] };
}

function aToy(name: string, parts: readonly string[] = []): Toy {
  return { metadata: { namespace: 'shop', name, uid: name, resourceVersion: '1' }, spec: { parts } };
}

/** A controller of toys, which refer to parts by their keys. */
function open(toys: readonly Toy[], options: Partial<KindControllerOptions<Toy>> = {}) {
  const clock = new VirtualClock();
  const cache = new MemoryObjectCache<Toy>({ parts: ({ spec }) => spec.parts });
  for (const object of toys) cache.deliver({ key: toKey(object), kind: 'stored', object });
  const reconciled: string[] = [];
  const controller = createKindController<Toy>({
    kind: {
      kind: 'Toy',
      wakes: [
        { kind: 'Toy', keysOf: ({ key }) => [key] },
        { kind: 'Part', keysOf: ({ key }, own) => own.withIndex('parts', key).map(toKey) },
      ],
    },
    cache,
    reconcile: async (key) => {
      reconciled.push(key);
      return done;
    },
    isDue: () => false,
    verifyAll: (onVerified) => onVerified(),
    waitsForSchema: () => false,
    recorder: { unwritten: 0, logUnwritten: () => {}, flush: async () => {} },
    concurrency: 2,
    clock,
    random: { uuid: () => '', fraction: () => 0.5 },
    logger: new LogRecorder(),
    ...options,
  });
  onTestFinished(() => controller.stop());
  const changed = async (kind: string, object: KubeObject): Promise<string[]> => {
    controller.changed(kind, { key: toKey(object), new: object, initial: false, own: false });
    await clock.settle();
    return reconciled.splice(0).sort();
  };
  const atStart = async (onVerified?: () => void): Promise<string[]> => {
    controller.start(onVerified);
    await clock.settle();
    return reconciled.splice(0).sort();
  };
  return { controller, clock, changed, atStart, reconciled };
}

const [red, blue] = [aToy('red', ['shop/wheel', 'shop/axle']), aToy('blue', ['shop/wheel'])];

test('a change wakes the objects that the kind names for it, and none for a kind of which it knows nothing', async () => {
  const { changed, atStart } = open([red, blue]);
  await atStart();
  expect(await changed('Toy', red)).toEqual(['shop/red']);
  expect(await changed('Part', aToy('wheel'))).toEqual(['shop/blue', 'shop/red']);
  expect(await changed('Part', aToy('axle'))).toEqual(['shop/red']);
  expect(await changed('Box', aToy('wheel'))).toEqual([]);
});

test('a standby needs no queue: it begins with what may need a pass', async () => {
  const { changed, atStart, controller } = open([red, blue], {
    isDue: ({ metadata }, isVerifying) => isVerifying || metadata.name === 'red',
    waitsForSchema: () => true,
  });
  expect(await changed('Toy', blue)).toEqual([]);
  controller.schemaCompleted();
  expect(await atStart()).toEqual(['shop/red']);
});

test('where nothing is believed, all are due, and the end of it is told', async () => {
  const { atStart } = open([red, blue], { isDue: (_, isVerifying) => isVerifying });
  let isVerified = false;
  expect(
    await atStart(() => {
      isVerified = true;
    }),
  ).toEqual(['shop/blue', 'shop/red']);
  expect(isVerified).toBe(true);
});

test('some of those that wait are woken, once the controller is started', async () => {
  const { controller, clock, atStart, reconciled } = open([red, blue], {
    waitsForSchema: (toy) => toy === blue,
  });
  await atStart();
  expect(controller.wake(() => true, 1)).toBe(1);
  controller.schemaCompleted();
  await clock.settle();
  expect(reconciled.sort()).toEqual(['shop/blue', 'shop/red']);
});
