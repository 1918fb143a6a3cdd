/** What a case of a question is: a cloud, and the answer that it leads to. */
import type { FaultAnswer } from '../../src/emulator/emulator.ts';
import type { Answer } from '../../src/probe/question.ts';
import type { ProbeWorld, WorldOptions } from './probe-world.ts';

export interface QuestionCase {
  readonly id: string;
  /** Completes "where the cloud". */
  readonly cloud: string;
  readonly options?: WorldOptions;
  readonly arrange?: (world: ProbeWorld) => void;
  readonly kind: Answer['kind'];
  readonly says: RegExp;
  readonly flag?: string;
}

export const createAction = 'CreateEdgeContainerAppVersion';
const invalid: FaultAnswer = { kind: 'error', code: 'InvalidParameter' };

/** Answers the creates of the version with this label in this way, and creates nothing. */
export const answersCreate =
  (label: string, answer: FaultAnswer, count = 1) =>
  (world: ProbeWorld): void => {
    world.emulator.setFault({ action: createAction, where: { Name: world.nameOf(label) }, count, answer });
  };

export const refuses = (label: string) => answersCreate(label, invalid);
