/** The note at the end of a version's remarks that says which object of which cluster made it, and from what. */

export interface Owner {
  /** The installation: one value per cluster, the same after a rebuild. */
  readonly ownerId: string;
  readonly namespace: string;
  readonly name: string;
}

export interface Marker {
  readonly owner: Owner;
  /** The short fingerprint: `v1:` and 12 hexadecimal digits. */
  readonly spec: string;
}

/** `[k8s owner=<ownerId>/<namespace>/<name> spec=v1:<12 hex>]`; 224 characters where each of the three has 63. */
export function formatMarker(parts: Owner & { readonly fingerprint: string }): string {
  const spec = shortFingerprint(parts.fingerprint);
  return `[k8s owner=${parts.ownerId}/${parts.namespace}/${parts.name} spec=${spec}]`;
}

/** The form of a fingerprint that fits into a marker: the prefix and the first 12 hexadecimal digits. */
export function shortFingerprint(full: string): string {
  const [prefix = '', digits = ''] = full.split(':', 2);
  return `${prefix}:${digits.slice(0, 12)}`;
}

/** The white space of ASCII, and no other: the rule of the CRD for remarks forbids the beginning of just these forms. */
const markerAtEnd =
  /^\[[ \t\n\v\f\r]*k8s[ \t\n\v\f\r]+owner=(?<ownerId>[a-z0-9-]+)\/(?<namespace>[a-z0-9-]+)\/(?<name>[a-z0-9.-]+)[ \t\n\v\f\r]+spec=(?<spec>v[0-9]+:[0-9a-f]{12})[ \t\n\v\f\r]*\][ \t\n\v\f\r]*$/;

/** The marker that `remarks` end with, from their last opening bracket on, or undefined. */
export function parseMarker(remarks: string | undefined): Marker | undefined {
  const groups = remarks?.slice(startOfMarker(remarks)).match(markerAtEnd)?.groups;
  if (groups === undefined) return undefined;
  const { ownerId = '', namespace = '', name = '', spec = '' } = groups;
  return { owner: { ownerId, namespace, name }, spec };
}

/** The user's own part of `remarks`; the whole where they end with no marker. */
export function withoutMarker(remarks: string): string {
  if (parseMarker(remarks) === undefined) return remarks;
  return remarks.slice(0, startOfMarker(remarks)).replace(/\s$/, '');
}

/** `remarks`, a line break and the marker; the marker alone where there are none. */
export function addMarker(remarks: string | undefined, marker: string): string {
  return remarks ? `${remarks}\n${marker}` : marker;
}

function startOfMarker(remarks: string): number {
  return Math.max(0, remarks.lastIndexOf('['));
}
