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
}

interface CountFlag {
  readonly initial: number;
  readonly least: number;
  readonly about: string;
}

/** The flags that take a whole number, by the option they set. */
const countFlags = {
  objects: { initial: 1_000, least: 0, about: 'how many objects are applied' },
  runs: { initial: 1, least: 1, about: 'runs of each system, in turns' },
  settled: { initial: 0, least: 0, about: 'objects at rest that the cluster holds from the start' },
  objectsPerApp: { initial: 100, least: 1, about: 'how many versions share an app' },
  arrivalRate: { initial: 20, least: 1, about: 'objects a second, in steady' },
  restarts: { initial: 4, least: 1, about: 'how often the system is restarted, in restart-storm' },
  latencyMs: { initial: 0, least: 0, about: 'how long each call to the cloud takes at least' },
  buildDelayMs: { initial: 0, least: 0, about: 'how long the cloud builds a version' },
  ratePerSecond: {
    initial: 0,
    least: 0,
    about: 'calls a second for each action that the cloud takes; 0: any',
  },
  settleMs: { initial: 10_000, least: 0, about: 'how long a system rests before its settled memory is read' },
  restMs: { initial: 60_000, least: 1, about: 'how long a system at rest is watched, in rest' },
} as const satisfies Record<string, CountFlag>;

type CountName = keyof typeof countFlags;
const countNames = Object.keys(countFlags) as CountName[];

const flags = {
  scenario: { type: 'string' },
  systems: { type: 'string' },
  help: { type: 'boolean' },
  ...Object.fromEntries(countNames.map((name) => [toFlag(name), { type: 'string' }])),
} as const;

/** The options, or undefined where only the help was asked for. @throws RangeError that says what is wrong */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const { name, scenario } = readScenario(values.scenario);
  const counts = Object.fromEntries(
    countNames.map((count) => [count, readCount(count, values[toFlag(count)], scenario)]),
  ) as Record<CountName, number>;
  const systems = readSystems(values.systems, { name, scenario, ...counts });
  return { name, scenario, systems, ...counts };
}

function parse(args: readonly string[]): Readonly<Record<string, string | boolean | undefined>> {
  try {
    return parseArgs({ args: [...args], options: flags }).values;
  } catch (error) {
    throw new RangeError((error as Error).message);
  }
}

function readScenario(word: unknown): { name: string; scenario: Scenario } {
  const name = String(word ?? '');
  const scenario = Object.hasOwn(allScenarios, name) ? allScenarios[name] : undefined;
  if (scenario) return { name, scenario };
  throw new RangeError(`--scenario must be one of ${Object.keys(allScenarios).join(', ')}, not "${name}"`);
}

function readCount(name: CountName, text: unknown, { defaults }: Scenario): number {
  const { initial, least } = countFlags[name];
  if (text === undefined) return (defaults as Partial<Record<CountName, number>>)[name] ?? initial;
  if (/^[0-9]{1,9}$/.test(String(text)) && Number(text) >= least) return Number(text);
  throw new RangeError(`--${toFlag(name)} must be a whole number from ${least}, not "${text}"`);
}

/** The bare loop waits for no build. */
function readSystems(
  text: unknown,
  of: Pick<BenchOptions, 'name' | 'scenario' | 'buildDelayMs'>,
): readonly SystemName[] {
  const known = of.scenario.systems.filter((name) => name !== 'floor' || of.buildDelayMs === 0);
  if (text === undefined) return known;
  return String(text)
    .split(',')
    .map((word) => {
      const system = known.find((each) => each === word);
      if (system) return system;
      throw new RangeError(`--systems of this ${of.name} are ${known.join(', ')}, not "${word}"`);
    });
}

function toFlag(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function helpText(): string {
  const scenarios = Object.entries(allScenarios).map(([name, { about }]) => `  ${name.padEnd(16)}${about}`);
  const counts = Object.entries(countFlags).map(
    ([name, { initial, about }]) => `  --${`${toFlag(name)} N`.padEnd(20)}${about} (${initial})`,
  );
  return `Usage: npm run bench -- --scenario NAME [options]

Measures the operator and its peers on this machine, and prints a table and, as last line, JSON.

Scenarios:
${scenarios.join('\n')}

Options, with what holds where a scenario has no other:
  --systems a,b         of ${systemNames.join(', ')} (all that the scenario knows)
${counts.join('\n')}`;
}
