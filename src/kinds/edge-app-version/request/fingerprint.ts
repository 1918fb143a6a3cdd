/** A short name for the content of a create request: equal for equal content, whoever wrote it in what order. */
import { createHash } from 'node:crypto';
import type { CreateVersionRequest, WireContainer } from '../../../cloud/create-request.ts';
import { canonicalJson, compareCodeUnits } from '../../../core/json/canonical-json.ts';
import { shortFingerprint, withoutMarker } from './marker.ts';
import { sortJoinedEnv } from './packing.ts';

/** Old prefixes stay for ever: clusters and the cloud hold fingerprints made with them. */
const algorithms: Readonly<Record<string, (request: CreateVersionRequest) => string>> = {
  v1: (request) => createHash('sha256').update(canonicalRequest(request)).digest('hex'),
};

const current = 'v1';

/** `v1:` and the SHA-256, in 64 hexadecimal digits, of the request without the operator's marker. */
export function fingerprint(request: CreateVersionRequest): string {
  return fingerprintBy(current, request) as string;
}

/** Whether `stored`, long or short, made by this release or an earlier one, is the fingerprint of `request`. */
export function isFingerprintOf(stored: string, request: CreateVersionRequest): boolean {
  const full = fingerprintBy(stored.split(':', 1)[0] ?? '', request);
  return full !== undefined && (stored === full || stored === shortFingerprint(full));
}

function fingerprintBy(prefix: string, request: CreateVersionRequest): string | undefined {
  const algorithm = Object.hasOwn(algorithms, prefix) ? algorithms[prefix] : undefined;
  return algorithm && `${prefix}:${algorithm(request)}`;
}

function canonicalRequest({ Remarks, ...request }: CreateVersionRequest): string {
  const remarks = Remarks === undefined ? '' : withoutMarker(Remarks);
  return canonicalJson({
    ...request,
    ...(remarks === '' ? {} : { Remarks: remarks }),
    Containers: request.Containers.map(withSortedEnv).sort((a, b) => compareCodeUnits(a.Name, b.Name)),
  });
}

function withSortedEnv(container: WireContainer): WireContainer {
  const env = container.EnvVariables;
  return env === undefined ? container : { ...container, EnvVariables: sortJoinedEnv(env) };
}
