import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Line } from '../../src/controller/line.ts';

type Step = readonly ['add' | 'delete', string] | readonly ['take'];

/** A plain array, oldest first. */
class Model {
  keys: string[] = [];
  takes = 0;

  add(key: string): void {
    if (!this.keys.includes(key)) this.keys.push(key);
  }

  delete(key: string): boolean {
    const isThere = this.keys.includes(key);
    this.keys = this.keys.filter((other) => other !== key);
    return isThere;
  }

  take(): string | undefined {
    return ++this.takes % 8 === 0 ? this.keys.pop() : this.keys.shift();
  }
}

function run(line: Line | Model, [name, key]: Step): unknown {
  return name === 'take' ? line.take() : line[name](key);
}

it('gives the same keys in the same order as a plain array, also when many have left out of turn', () => {
  const key = fc.integer({ min: 1, max: 40 }).map(String);
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constant('add' as const), key) },
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
