/** A minute of it; `npm run chaos` is the long form. The seed draws what happens, the machine when. */
import { expect, test } from 'vitest';
import { cloudFaults } from './cloud-faults.ts';
import { runChaos } from './run-chaos.ts';

const seed = 4;

test(`operators that are killed at every step, paused and cut off keep every promise (seed ${seed})`, async ({
  signal,
}) => {
  const report = await runChaos({
    ...{ seed, seconds: 45, mostSeconds: 420, perSecond: 4 },
    signal,
    onProgress: (line) => {
      if (line.startsWith('plan')) console.log(`seed ${seed}, ${line}`);
    },
  });
  console.log(JSON.stringify(report));
  expect(report).toMatchObject({ broken: [], unmet: [], duplicates: 0, lostIds: 0, wrongAdoptions: 0 });
  expect(report.objects).toBeGreaterThan(200);
  const kinds = Object.keys(cloudFaults).filter((kind) => report.faults[kind]);
  expect(kinds.length).toBeGreaterThan(15);
}, 1_200_000);
