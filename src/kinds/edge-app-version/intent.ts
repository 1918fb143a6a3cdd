/** What an object asks for: a name, a content and an owner, from its open attempt or else from its spec. */
import type { CreateVersionRequest } from '../../cloud/create-request.ts';
import type { EdgeAppVersion } from './edge-app-version.ts';
import type { Sought } from './judge-versions.ts';
import type { ProtocolSettings } from './protocol-settings.ts';
import { fingerprint, isFingerprintOf } from './request/fingerprint.ts';
import { addMarker, formatMarker, type Owner, shortFingerprint } from './request/marker.ts';
import { toCreateRequest } from './request/to-create-request.ts';
import { versionName } from './request/version-name.ts';

/** The request as it will be sent, the marker at the end of its remarks, and the fingerprint of its content. */
export interface MarkedRequest {
  readonly request: CreateVersionRequest;
  readonly fingerprint: string;
}

export function toMarkedRequest(object: EdgeAppVersion, settings: ProtocolSettings): MarkedRequest {
  const request = toCreateRequest(object, { packing: settings.packing });
  const print = fingerprint(request);
  const marker = formatMarker({ ...ownerOf(object, settings), fingerprint: print });
  return { request: { ...request, Remarks: addMarker(request.Remarks, marker) }, fingerprint: print };
}

/** What to look for: with an open attempt the name and the content stored in it. */
export function toSought(object: EdgeAppVersion, settings: ProtocolSettings): Sought {
  const { spec, status } = object;
  const attempt = status?.attempt;
  return {
    name: nameOf(object),
    owner: ownerOf(object, settings),
    isSameSpec: attempt
      ? (short) => short === shortFingerprint(attempt.fingerprint)
      : (short) => isFingerprintOf(short, toCreateRequest(object, { packing: settings.packing })),
    adoptionPolicy: spec.adoptionPolicy ?? 'Owned',
    hasAttempt: attempt !== undefined,
  };
}

/** The version's name: of the open attempt, or else of the spec. */
export function nameOf(object: EdgeAppVersion): string {
  return object.status?.attempt?.name ?? versionName(object);
}

export function ownerOf({ metadata }: EdgeAppVersion, { ownerId }: Pick<ProtocolSettings, 'ownerId'>): Owner {
  return { ownerId, namespace: metadata.namespace, name: metadata.name };
}
