import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Line } from '../../../src/runtime/queue/line.ts';

type Step = readonly ['add', string, boolean] | readonly ['delete', string] | readonly ['take'];

/** A plain array, oldest first. */
class Model {
  keys: string[] = [];
  news = new Set<string>();
  takes = 0;

  add(key: string, isNews: boolean): void {
    if (this.keys.includes(key)) return;
    this.keys.push(key);
    if (isNews) this.news.add(key);
    else this.news.delete(key);
  }

  delete(key: string): boolean {
    const isThere = this.keys.includes(key);
    this.keys = this.keys.filter((other) => other !== key);
    return isThere;
  }

  take(): string | undefined {
    const newest = this.keys.findLast((candidate) => this.news.has(candidate));
    const key = (++this.takes % 8 === 0 ? newest : undefined) ?? this.keys[0];
    if (key !== undefined) this.delete(key);
    return key;
  }
}

function run(line: Line | Model, step: Step): unknown {
  if (step[0] === 'add') return line.add(step[1], step[2]);
  return step[0] === 'delete' ? line.delete(step[1]) : line.take();
}

it('gives the same keys in the same order as a plain array, also when many have left out of turn', () => {
  const key = fc.integer({ min: 1, max: 40 }).map(String);
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constant('add' as const), key, fc.boolean()) },
    { weight: 3, arbitrary: fc.tuple(fc.constant('delete' as const), key) },
    { weight: 2, arbitrary: fc.constant(['take'] as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 300, maxLength: 1_000, size: 'max' }), (steps) => {
      const [line, model] = [new Line(), new Model()];
      for (const taken of steps) {
        expect(run(line, taken)).toEqual(run(model, taken));
        expect(line.size).toBe(model.keys.length);
      }
    }),
    { numRuns: 50 },
  );
});
