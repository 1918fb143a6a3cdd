/** Every question in the order in which they are asked, and what is never asked. */
import type { Question } from './question.ts';
import { buildTime } from './questions/build-time.ts';
import { duplicateNames } from './questions/duplicate-names.ts';
import { digestImage, environment, probeContent, remarks } from './questions/echoes.ts';
import { deletedName, failedName } from './questions/freed-names.ts';
import { maxContainers } from './questions/max-containers.ts';
import { commands, hooks } from './questions/quoting.ts';
import { hangUp, reusedNonce } from './questions/sending.ts';
import { totalCount } from './questions/total-count.ts';
import { unknownApp, unknownVersion } from './questions/unknown-ids.ts';
import { visibility } from './questions/visibility.ts';

/** `failedName` needs an image that does not exist. */
export function questionsFor({
  failingImage,
}: {
  readonly failingImage: string | undefined;
}): readonly Question[] {
  return allQuestions.filter((question) => question !== failedName || failingImage !== undefined);
}

/** Remarks come first: by them the probe knows its own versions. */
export const allQuestions: readonly Question[] = [
  unknownVersion,
  unknownApp,
  remarks,
  visibility,
  buildTime,
  duplicateNames,
  deletedName,
  failedName,
  hooks,
  commands,
  environment,
  digestImage,
  probeContent,
  maxContainers,
  reusedNonce,
  hangUp,
  totalCount,
];

export const neverAsked: readonly string[] = [
  'Whether a published version can be deleted: that would take publishing one, to people. The operator asks first and never deletes one.',
  'How many calls a second are taken: finding out would throttle everybody who uses the account. The operator slows down by itself.',
];
