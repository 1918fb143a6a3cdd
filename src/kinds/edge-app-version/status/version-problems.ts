/** What keeps an EdgeAppVersion from being Ready, beside the errors of the cloud. */

import { operations } from '../../../cloud/operations.ts';
import { ownProblem, type Problem } from '../../../core/errors/problem.ts';
import type { Reason } from '../edge-app-version.ts';

export type VersionProblem = Problem<Reason>;

export const invalidSpec = (issues: readonly { path: string; message: string }[]): VersionProblem =>
  ownProblem('InvalidRequest', 'Terminal', {
    operation: 'Validate',
    message: issues.map(({ path, message }) => `${path}: ${message}`).join('; '),
    cause: 'The spec breaks a rule of the resource, so it was not sent.',
    remedy: 'Correct the fields that the message names and apply again.',
  });

export const rivalHolds = (rival: string, target: string): VersionProblem =>
  ownProblem('Conflict', 'Terminal', {
    operation: 'Validate',
    message: `${rival} already stands for ${target}`,
    cause: 'Another EdgeAppVersion aims at the same app and version name and comes first.',
    remedy: `Apply this under another spec.name, or delete ${rival}.`,
  });

export const nameTaken = (name: string, versionId: string, holder: Holder): VersionProblem =>
  ownProblem('Conflict', 'Terminal', {
    operation: operations.listVersions,
    message: `a version named ${name} exists already as ${versionId}, ${holder.whose}`,
    cause: 'The version name is taken in the cloud by something that this object did not create.',
    remedy: holder.remedy,
  });

/** Who has the name, and what a person can do about it. */
export interface Holder {
  readonly whose: string;
  readonly remedy: string;
}

const anotherName = 'apply another EdgeAppVersion with another spec.name to create a version of your own';

export const nobody: Holder = {
  whose: 'which no Kubernetes object owns',
  remedy: `Set adoptionPolicy: IfIdentical to take it over if its content is equal, or ${anotherName}.`,
};

export const nobodySeveralTimes: Holder = {
  whose: 'which no Kubernetes object owns, and as others of that name',
  remedy: `Delete all but one of them in the ESA console to take that one over, or ${anotherName}.`,
};

export const nobodyElsewise: Holder = {
  whose: 'which no Kubernetes object owns, with other content',
  remedy: `Make the spec equal to that version, or ${anotherName}.`,
};

export const anotherOwner = (ownerId: string, namespace: string, name: string): Holder => ({
  whose: `which ${ownerId}/${namespace}/${name} owns`,
  remedy: `Only the object ${namespace}/${name} in the cluster with the owner id ${ownerId} takes that version; ${anotherName}.`,
});

export const earlierObject = (isSameSpec: boolean): Holder => ({
  whose: `which an earlier object of this name created from ${isSameSpec ? 'the same' : 'another'} spec`,
  remedy: isSameSpec
    ? 'Set adoptionPolicy: Owned to take it.'
    : `Apply the spec from which it was created to take it, or ${anotherName}.`,
});

export const duplicateVersion = (name: string, versionIds: readonly string[]): VersionProblem =>
  ownProblem('DuplicateVersion', 'Terminal', {
    operation: operations.listVersions,
    message: `several versions named ${name} carry this object's marker: ${versionIds.join(', ')}`,
    cause: 'More than one version in the cloud belongs to this object, so none can be chosen.',
    remedy: 'Delete all but one of them in the ESA console, then set the annotation requested-at.',
  });

const keepsLooking =
  'None needed for now: the operator goes on looking, every 5 minutes at first, and takes the version when it shows. ' +
  'If this object is deleted, apply it again under the same name to find the version; ' +
  'another object under another name may create a second one.';

/** @param similar names that the cloud lists and that only look like it */
export const nameReserved = (name: string, similar: readonly string[]): VersionProblem =>
  ownProblem('NameReserved', 'Terminal', {
    operation: operations.listVersions,
    message:
      `the cloud refuses the name ${name} as taken, yet lists no version of exactly that name` +
      (similar.length > 0 ? `; it lists ${similar.join(', ')}` : ''),
    cause:
      'The version of this object that has the name may not be listed yet, or a deleted one still reserves it.',
    remedy: keepsLooking,
  });

export const outcomeUnknown = (attempt: { number: number; startedAt: string }): VersionProblem =>
  ownProblem('Ambiguous', 'Ambiguous', {
    operation: operations.createVersion,
    message: `attempt ${attempt.number}, begun ${attempt.startedAt}, has no known outcome`,
    cause:
      'The operator was interrupted, or the response of the cloud was lost, after the attempt was opened.',
    remedy:
      'None needed: the operator looks for the version and creates again only once it is surely absent.',
  });

/** An attempt that is refused, after an earlier one of which nobody knows whether it created a version. */
export const outcomeStaysUnknown = (attempt: { number: number; name: string }): VersionProblem =>
  ownProblem('Ambiguous', 'Ambiguous', {
    operation: operations.listVersions,
    message: `an attempt before attempt ${attempt.number} may have created version ${attempt.name}, which is not listed`,
    cause: 'The cloud refused the last attempt, and of an earlier one nobody knows how it ended.',
    remedy: keepsLooking,
  });

export const buildFailed = (versionId: string): VersionProblem =>
  ownProblem('BuildFailed', 'Terminal', {
    operation: operations.getVersion,
    message: `the cloud reports version ${versionId} as failed`,
    cause: 'ESA could not build the version; its API gives no reason.',
    remedy:
      'Check the images, their registry secrets and the probe, then apply another EdgeAppVersion with another name.',
  });

export const versionMissing = (versionId: string, name: string): VersionProblem =>
  ownProblem('VersionMissing', 'Terminal', {
    operation: operations.getVersion,
    message: `version ${versionId} was there and is not found any more`,
    cause: 'Somebody deleted the version outside Kubernetes, or the cloud does not show it for now.',
    remedy: `None needed if it comes back: the operator goes on looking. Where the ESA console shows that version ${name} was deleted, delete this object and apply it again.`,
  });

export const versionNeverSeen = (versionId: string): VersionProblem =>
  ownProblem('VersionMissing', 'Terminal', {
    operation: operations.getVersion,
    message: `version ${versionId} was created, and the cloud has not shown it since`,
    cause: 'The cloud takes longer than usual to show the version, or does not keep what it reported.',
    remedy: keepsLooking,
  });

export const foreignStatus = (versionId: string, holder: string): VersionProblem =>
  ownProblem('Conflict', 'Terminal', {
    operation: operations.getVersion,
    message: `the status names version ${versionId}, ${holder}`,
    cause: 'The status was stored for another object, or for other content: it was copied or restored.',
    remedy: 'Delete this object and apply it again without a status; the version is not touched.',
  });

export const notStored = (what: string): VersionProblem =>
  ownProblem('WriteNotStored', 'Configuration', {
    operation: 'Validate',
    message: `the API server accepted a write and did not keep ${what}`,
    cause: 'The installed CRD is older than the operator, or a webhook changes what the operator writes.',
    remedy:
      'Install the CRD of this release, and exempt edgeappversions and edgeappversions/status from webhooks that change them; nothing is sent to the cloud until then.',
  });

/** What lets an object go whose version cannot be deleted. */
const waysOut =
  'To keep the version in the cloud and remove this object, set deletionPolicy: Retain or the annotation esa.alibabacloud.com/abandon: "true"';

export const deleteRefused = (versionId: string, why: string): VersionProblem =>
  ownProblem('DeleteRefused', 'Configuration', {
    operation: operations.deleteVersion,
    message: `version ${versionId} is not deleted: ${why}`,
    cause: 'deletionPolicy: Delete removes only versions that carry the marker of this object.',
    remedy: `${waysOut}.`,
  });

export const deleteNotDone = (versionId: string): VersionProblem =>
  ownProblem('ProgressingWithRetry', 'Transient', {
    operation: operations.deleteVersion,
    code: 'DeleteNotDone',
    message: `the cloud accepted the delete of version ${versionId} and still shows it`,
    cause: 'The delete takes time to show, or was not done.',
    remedy: `None needed: the operator tries again. ${waysOut}.`,
  });

export const deleteUnproven = (versionId: string): VersionProblem =>
  ownProblem('DeleteRefused', 'Configuration', {
    operation: operations.deleteVersion,
    message: `version ${versionId} was created and never shown, so nothing proves that it is gone`,
    cause: 'The cloud does not know the id, and may show the version later.',
    remedy: `The operator goes on trying to delete it. ${waysOut}.`,
  });

/** Of a deletion that the cloud holds up: its own code and text, and the way out. */
export const whileDeleting = (problem: VersionProblem, hint: string): VersionProblem => {
  const texts = problem.inDeletion ?? problem;
  const remedy = texts.remedy.includes(waysOut) ? texts.remedy : `${texts.remedy} ${waysOut}.`;
  return {
    ...problem,
    cause: texts.cause,
    remedy: hint === '' ? remedy : `${remedy.replace(/\.$/, '')}${hint}.`,
  };
};

/** The version that the status knows of may be in another account. */
export const appNotFoundWhileDeleting = (problem: VersionProblem): VersionProblem => ({
  ...problem,
  inDeletion: undefined,
  cause:
    'The application does not exist in the account of the operator, and this object has or may have a version in it.',
  remedy: `Check that the AccessKey and --esa-endpoint belong to the account of the application. ${waysOut}.`,
});

export const finalizerKept = (why: string): VersionProblem =>
  ownProblem('ProgressingWithRetry', 'Transient', {
    operation: 'Validate',
    code: 'FinalizerNotRemoved',
    message: `the API server did not remove the finalizer: ${why}`,
    cause: 'The write was refused or changed; the message names the right or the webhook that is in the way.',
    remedy: 'Let the operator patch edgeappversions in this namespace; it tries again by itself.',
  });

export const versionInUse = (versionId: string, environments: readonly string[]): VersionProblem =>
  ownProblem('InUse', 'Configuration', {
    operation: operations.deleteVersion,
    message: `version ${versionId} is published to ${environments.join(' and ')}`,
    cause: 'A published version is never deleted.',
    remedy: `Publish another version first. ${waysOut}.`,
  });
