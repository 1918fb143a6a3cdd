/** What keeps a version from being Ready: one shape for the cloud's errors and for our own findings. */
import type { Classification } from './classify.ts';
import { classify } from './classify.ts';
import type { ErrorClass, Reason } from './edge-app-version.ts';
import { nothingToDo, type Texts } from './error-table.ts';
import type { EsaError } from './esa-error.ts';

export interface Problem {
  /** The API operation that met it, or `Validate` where none was called. */
  readonly operation: string;
  readonly code: string;
  readonly message: string;
  readonly cause: string;
  readonly remedy: string;
  readonly class: ErrorClass;
  readonly reason: Reason;
  readonly requestId?: string | undefined;
  readonly httpStatus?: number | undefined;
  /** How long the cloud asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** How often the call is tried, within minutes, before the class counts; absent: never. */
  readonly triesBefore?: number | undefined;
  /** Cause and remedy where the object is being deleted. */
  readonly inDeletion?: Texts | undefined;
}

export function toProblem(error: EsaError, classification: Classification): Problem {
  const { cause, remedy, reason, triesBefore, inDeletion } = classification;
  return {
    operation: error.operation,
    code: error.code,
    message: error.message,
    cause,
    remedy,
    class: classification.class,
    reason,
    requestId: error.requestId,
    httpStatus: error.httpStatus,
    retryAfterMs: error.retryAfterMs,
    triesBefore,
    inDeletion,
  };
}

/** A failed look or poll: nothing was changed, so it is never ambiguous. */
export function readProblem(error: EsaError): Problem {
  return toProblem(error, classify(error, 'read'));
}

/** The problem as long as it is tried again within minutes: it may pass, and a person is called only then. */
export function triedAgain(problem: Problem): Problem {
  const remedy = `${nothingToDo.read}; if it lasts: ${problem.remedy}`;
  return {
    ...problem,
    class: 'Transient',
    reason: 'ProgressingWithRetry',
    remedy,
  };
}

const list = 'ListEdgeContainerAppVersions';
const create = 'CreateEdgeContainerAppVersion';
const remove = 'DeleteEdgeContainerAppVersion';

export const invalidSpec = (issues: readonly { path: string; message: string }[]): Problem =>
  own('InvalidRequest', 'Terminal', {
    operation: 'Validate',
    message: issues.map(({ path, message }) => `${path}: ${message}`).join('; '),
    cause: 'The spec breaks a rule of the resource, so it was not sent.',
    remedy: 'Correct the fields that the message names and apply again.',
  });

export const rivalHolds = (rival: string, target: string): Problem =>
  own('Conflict', 'Terminal', {
    operation: 'Validate',
    message: `${rival} already stands for ${target}`,
    cause: 'Another EdgeAppVersion aims at the same app and version name and comes first.',
    remedy: `Give this object another spec.name, or delete ${rival}.`,
  });

export const nameTaken = (name: string, versionId: string, whose: string): Problem =>
  own('Conflict', 'Terminal', {
    operation: list,
    message: `a version named ${name} exists already as ${versionId}, ${whose}`,
    cause: 'The version name is taken in the cloud by something that this object did not create.',
    remedy:
      'Choose another name, or set adoptionPolicy: IfIdentical to take over a version without owner and with equal content.',
  });

export const duplicateVersion = (name: string, versionIds: readonly string[]): Problem =>
  own('DuplicateVersion', 'Terminal', {
    operation: list,
    message: `several versions named ${name} carry this object's marker: ${versionIds.join(', ')}`,
    cause: 'More than one version in the cloud belongs to this object, so none can be chosen.',
    remedy: 'Delete all but one of them in the ESA console, then set the annotation requested-at.',
  });

export const nameReserved = (name: string): Problem =>
  own('NameReserved', 'Terminal', {
    operation: create,
    message: `the cloud refuses the name ${name} as taken, yet lists no version of that name`,
    cause: 'The name is reserved by something that the API does not show, for example a deleted version.',
    remedy: 'Choose another version name.',
  });

export const outcomeUnknown = (attempt: { number: number; startedAt: string }): Problem =>
  own('Ambiguous', 'Ambiguous', {
    operation: create,
    message: `attempt ${attempt.number}, begun ${attempt.startedAt}, has no known outcome`,
    cause: 'The operator was interrupted, or the answer of the cloud was lost, after the attempt was opened.',
    remedy:
      'None needed: the operator looks for the version and creates again only once it is surely absent.',
  });

export const listingIncomplete = (why: string): Problem =>
  own('ProgressingWithRetry', 'Transient', {
    operation: list,
    code: 'IncompleteListing',
    message: why,
    cause: 'The list of versions changed while it was read or did not add up, so it proves nothing.',
    remedy: 'None needed: the operator reads it again.',
  });

export const buildFailed = (versionId: string): Problem =>
  own('BuildFailed', 'Terminal', {
    operation: 'GetEdgeContainerAppVersion',
    message: `the cloud reports version ${versionId} as failed`,
    cause: 'ESA could not build the version; its API gives no reason.',
    remedy:
      'Check the images, their registry secrets and the probe, then apply a new EdgeAppVersion under a new name.',
  });

export const versionMissing = (versionId: string): Problem =>
  own('VersionMissing', 'Terminal', {
    operation: 'GetEdgeContainerAppVersion',
    message: `version ${versionId} is no longer in the cloud`,
    cause: 'Somebody deleted the version outside Kubernetes.',
    remedy: 'Apply a new EdgeAppVersion under a new name, and delete this one.',
  });

export const deleteRefused = (versionId: string, why: string): Problem =>
  own('DeleteRefused', 'Configuration', {
    operation: remove,
    message: `version ${versionId} is not deleted: ${why}`,
    cause: 'deletionPolicy: Delete removes only versions that carry the marker of this object.',
    remedy:
      'Set deletionPolicy: Retain, or the annotation abandon, to let the object go and keep the version.',
  });

export const versionInUse = (versionId: string, environments: readonly string[]): Problem =>
  own('InUse', 'Configuration', {
    operation: remove,
    message: `version ${versionId} is published to ${environments.join(' and ')}`,
    cause: 'A published version is never deleted.',
    remedy: 'Publish another version first, or set deletionPolicy: Retain to keep this one in the cloud.',
  });

type OwnTexts = Pick<Problem, 'operation' | 'message' | 'cause' | 'remedy'> & { readonly code?: string };

function own(reason: Reason, errorClass: ErrorClass, texts: OwnTexts): Problem {
  return { code: reason, ...texts, class: errorClass, reason };
}
