/** What a scenario is: a way to put a system to work on a stage, and to measure it. */
import type { SwitchValues } from '../../src/emulator/emulator.ts';
import type { Figures } from '../measure/figures.ts';
import type { Stage } from '../stage.ts';
import type { SystemName } from '../systems/system.ts';

export interface RunOptions {
  readonly objects: number;
  readonly objectsPerApp: number;
  /** Objects at rest that the cluster holds from the start. */
  readonly settled: number;
  /** Objects a second that are applied, where the scenario does not apply all at once. */
  readonly arrivalRate: number;
  /** How often the system is restarted, where the scenario does that. */
  readonly restarts: number;
  /** How long a system is left alone before its settled memory is read. */
  readonly settleMs: number;
  /** How long a system at rest is watched. */
  readonly restMs: number;
  /** Of the emulator. */
  readonly latencyMs: number;
  readonly buildDelayMs: number;
  /** Calls a second for each action that the cloud takes; 0: any number. */
  readonly ratePerSecond: number;
}

export interface Scenario {
  /** A sentence for the help. */
  readonly about: string;
  /** What differs from the usual where the command line says nothing. */
  readonly defaults: Partial<RunOptions>;
  /** Those for which it makes sense, in the order of a round. */
  readonly systems: readonly SystemName[];
  /** Whether the API server keeps a log of the system's requests. */
  readonly isAudited?: boolean;
  /** How many objects are at rest from the start; as the options say where absent. */
  readonly settledOf?: (options: RunOptions) => number;
  run(stage: Stage, options: RunOptions): Promise<Figures>;
}

export const controllers = ['operator', 'peerGo', 'peerGoFolded', 'peerNode'] as const;
export const everySystem = [...controllers, 'floor'] as const;

/** What the emulated cloud is like. */
export function toSwitches({ latencyMs, buildDelayMs, ratePerSecond }: RunOptions): SwitchValues {
  return { latencyMs, buildDelayMs, ratePerSecond };
}
