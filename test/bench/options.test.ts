import { describe, expect, it } from 'vitest';
import { helpText, readOptions } from '../../bench/options.ts';
import { allScenarios } from '../../bench/scenarios/all-scenarios.ts';

describe('the command line of the bench', () => {
  it('takes what it is given, and the defaults of the scenario for the rest', () => {
    const args = [
      '--scenario',
      'steady',
      '--runs',
      '3',
      '--systems',
      'peerGo,operator',
      '--build-delay-ms',
      '5000',
    ];
    expect(readOptions(args)).toMatchObject({
      name: 'steady',
      runs: 3,
      systems: ['peerGo', 'operator'],
      objects: 2_400,
      arrivalRate: 20,
      buildDelayMs: 5_000,
      settled: 0,
    });
  });

  it('leaves out the bare loop where the cloud builds, as it waits for no build', () => {
    expect(readOptions(['--scenario', 'burst'])?.systems).toContain('floor');
    expect(readOptions(['--scenario', 'burst', '--build-delay-ms', '5000'])?.systems).not.toContain('floor');
  });

  it.each([
    { args: [], says: '--scenario must be one of burst, steady' },
    { args: ['--scenario', 'bust'], says: 'not "bust"' },
    { args: ['--scenario', 'toString'], says: 'not "toString"' },
    {
      args: ['--scenario', 'burst', '--objects', '1e3'],
      says: '--objects must be a whole number from 0, not "1e3"',
    },
    { args: ['--scenario', 'burst', '--runs', '0'], says: '--runs must be a whole number from 1, not "0"' },
    {
      args: ['--scenario', 'rest', '--systems', 'floor'],
      says: 'are operator, peerGo, peerGoFolded, peerNode, not "floor"',
    },
    { args: ['--scenario', 'burst', '--speed', '9'], says: '--speed' },
  ])('says what is wrong with $args', ({ args, says }) => {
    expect(() => readOptions(args)).toThrow(says);
  });

  it('tells of every scenario in its help', () => {
    expect(readOptions(['--help'])).toBeUndefined();
    for (const [name, { about }] of Object.entries(allScenarios)) {
      expect(helpText()).toContain(name);
      expect(helpText()).toContain(about);
    }
  });
});
