/** The command line of the bench. */
import { parseArgs } from 'node:util';
import { allScenarios } from './scenarios/all-scenarios.ts';
import type { RunOptions, Scenario } from './scenarios/scenario.ts';
import { type SystemName, systemNames } from './systems/system.ts';

export interface BenchOptions extends RunOptions {
  readonly name: string;
  readonly scenario: Scenario;
  readonly runs: number;
  readonly systems: readonly SystemName[];
  readonly latencyMs: number;
  readonly buildDelayMs: number;
}

const flags = {
  scenario: { type: 'string' },
  objects: { type: 'string' },
  runs: { type: 'string' },
  systems: { type: 'string' },
  'objects-per-app': { type: 'string' },
  'latency-ms': { type: 'string' },
  'build-delay-ms': { type: 'string' },
  'settle-ms': { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** The options, or undefined where only the help was asked for. @throws RangeError that says what is wrong */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parse(args);
  if (values.help) return undefined;
  const name = values.scenario ?? '';
  const scenario = Object.hasOwn(allScenarios, name) ? allScenarios[name] : undefined;
  if (!scenario) {
    throw new RangeError(`--scenario must be one of ${Object.keys(allScenarios).join(', ')}, not "${name}"`);
  }
  const count = (flag: keyof typeof values, initial: number, least = 0) =>
    readCount(flag, values[flag] as string | undefined, initial, least);
  return {
    name,
    scenario,
    objects: count('objects', scenario.objects, 1),
    runs: count('runs', 1, 1),
    systems: readSystems(values.systems, name, scenario),
    objectsPerApp: count('objects-per-app', 100, 1),
    latencyMs: count('latency-ms', scenario.emulator?.latencyMs ?? 0),
    buildDelayMs: count('build-delay-ms', scenario.emulator?.buildDelayMs ?? 0),
    settleMs: count('settle-ms', 10_000),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags });
  } catch (error) {
    throw new RangeError((error as Error).message);
  }
}

function readCount(flag: string, text: string | undefined, initial: number, least: number): number {
  if (text === undefined) return initial;
  if (/^[0-9]{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new RangeError(`--${flag} must be a whole number from ${least}, not "${text}"`);
}

function readSystems(text: string | undefined, name: string, scenario: Scenario): readonly SystemName[] {
  if (text === undefined) return scenario.systems;
  return text.split(',').map((word) => {
    const system = systemNames.find((each) => each === word);
    if (system && scenario.systems.includes(system)) return system;
    throw new RangeError(`--systems of ${name} are ${scenario.systems.join(', ')}, not "${word}"`);
  });
}

export function helpText(): string {
  const scenarios = Object.entries(allScenarios).map(([name, { about }]) => `  ${name.padEnd(16)}${about}`);
  return `Usage: npm run bench -- --scenario NAME [options]

Measures the operator and its peers on this machine, and prints a table and, as last line, JSON.

Scenarios:
${scenarios.join('\n')}

Options:
  --objects N          how many objects are applied
  --runs R             runs of each system, in turns; 1 where absent
  --systems a,b        ${systemNames.join(', ')}; all that the scenario knows where absent
  --objects-per-app N  how many versions share an app; 100 where absent
  --latency-ms N       how long each call to the cloud takes at least
  --build-delay-ms N   how long the cloud builds a version
  --settle-ms N        how long a system is left alone before its settled memory is read; 10000 where absent`;
}
