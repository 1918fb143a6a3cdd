import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const program = join(import.meta.dirname, 'resting-process.ts');

interface Line {
  readonly kind?: string;
  readonly takenBytes?: number;
  readonly restingBytes?: number;
}

async function linesOf(flags: readonly string[]): Promise<Line[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program]);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('gives memory back once, when the process rests and not before', async () => {
  const [first, release, last, ...more] = await linesOf(['--expose-gc']);
  expect([first, last, more]).toEqual([{ kind: 'rests' }, { kind: 'ends' }, []]);
  expect(release?.restingBytes).toBeLessThan((release?.takenBytes ?? 0) - 8 * 2 ** 20);
});

test('does nothing where Node does not let it', async () => {
  expect(await linesOf([])).toEqual([{ kind: 'rests' }, { kind: 'ends' }]);
});
