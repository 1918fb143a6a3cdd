import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DelayHeap } from '../../../src/runtime/queue/delay-heap.ts';

it('gives its entries in the order of their times, whatever was added and deleted before', () => {
  const key = fc.integer({ min: 0, max: 40 }).map(String);
  const step = fc.record({ key, dueMs: fc.integer({ min: 0, max: 30 }), isDeletion: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { size: '+2' }), (steps) => {
      const heap = new DelayHeap<'live'>();
      const expected = new Map<string, number>();
      for (const { key, dueMs, isDeletion } of steps) {
        if (isDeletion) {
          heap.delete(key);
          expected.delete(key);
          continue;
        }
        heap.add({ key, dueMs, lane: 'live' });
        const before = expected.get(key);
        if (before !== undefined && before <= dueMs) continue;
        // Anew, so that the map keeps those of the same time in the order they came.
        expected.delete(key);
        expected.set(key, dueMs);
      }
      const drained: [string, number][] = [];
      for (let first = heap.first; first; first = heap.first) {
        drained.push([first.key, first.dueMs]);
        heap.delete(first.key);
      }
      expect(drained).toEqual([...expected].sort(([, a], [, b]) => a - b));
    }),
    { numRuns: 500 },
  );
});
