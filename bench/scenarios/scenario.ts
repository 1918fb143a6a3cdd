/** What a scenario is: a way to put a system to work on a stage, and to measure it. */
import type { SwitchValues } from '../../src/emulator/emulator.ts';
import type { Figures } from '../measure/figures.ts';
import type { Stage } from '../stage.ts';
import type { SystemName } from '../systems/system.ts';

export interface RunOptions {
  readonly objects: number;
  readonly objectsPerApp: number;
  /** How long a system is left alone before its settled memory is read. */
  readonly settleMs: number;
}

export interface Scenario {
  /** A sentence for the help. */
  readonly about: string;
  readonly objects: number;
  /** Those for which it makes sense, in the order of a round. */
  readonly systems: readonly SystemName[];
  /** Of the emulator, where the command line says nothing. */
  readonly emulator?: SwitchValues;
  run(stage: Stage, options: RunOptions): Promise<Figures>;
}
