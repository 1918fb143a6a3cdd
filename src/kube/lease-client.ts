/** The port LeaseClient for one Lease of `coordination.k8s.io/v1`, in the form that client-go writes and reads. */

import type { ObjectKey } from '../api/kube-object.ts';
import { toKey } from '../api/kube-object.ts';
import type { Resource } from '../api/resource.ts';
import type { Lease, LeaseClient, LeaseRecord, LeaseWriteResult } from '../runtime/election/lease.ts';
import type { KubeCall } from './kube-call.ts';
import { KubeError } from './kube-error.ts';
import { withoutManagedFields } from './managed-fields.ts';
import { isKubeObject } from './object-identity.ts';
import { toApiVersion, toCollectionPath, toObjectPath } from './resource.ts';
import type { KubeTransport } from './transport.ts';
import { isStatus, toWriteResult } from './write-result.ts';

const leases: Resource = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease' };
const type = { apiVersion: toApiVersion(leases), kind: leases.kind };

/** Members that others may have set are kept: labels, owners, what a later Kubernetes adds to the spec. */
interface LeaseObject {
  readonly metadata: ObjectKey & {
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: LeaseSpec;
}

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  /** MicroTime: the API server takes exactly six digits of a second. */
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

/**
 * Needs the verbs get, create and update. Give it a transport of its own, so that it never waits for a connection.
 * Its calls throw KubeError.
 */
export function createLeaseClient(transport: KubeTransport, key: ObjectKey): LeaseClient {
  const path = toObjectPath(leases, key);
  /** As last read or written; a whole object is replaced, so what we do not know must come from there. */
  let known: LeaseObject | undefined;

  async function request(call: KubeCall): Promise<Lease> {
    const object = await transport.request<LeaseObject>(call);
    if (isKubeObject(object) && toKey(object) === `${key.namespace}/${key.name}`) {
      known = withoutManagedFields(object);
      return toLease(known);
    }
    const message = `${call.method} ${call.path}: the response is not the Lease`;
    throw new KubeError({ code: 'InvalidResponse', message });
  }

  /** It counts only if the response shows it; where that shows another holder, somebody else has written. */
  async function write(
    call: KubeCall,
    { holder, mustVerify = false }: LeaseRecord,
  ): Promise<LeaseWriteResult> {
    try {
      const object = await request(call);
      const isShown = object.holder === holder && (object.mustVerify || !mustVerify);
      return isShown ? { kind: 'written', object } : { kind: 'conflict' };
    } catch (error) {
      const result = toWriteResult(error);
      // A 404 for a new object means that its namespace is missing, which no look and no further try would mend.
      if (
        result.kind === 'invalid' ||
        result.kind === 'tooLarge' ||
        (result.kind === 'gone' && call.method === 'POST')
      )
        throw error;
      return result;
    }
  }

  return {
    async read(signal) {
      try {
        return await request({ method: 'GET', path, signal });
      } catch (error) {
        if (isStatus(error, 404)) return undefined;
        throw error;
      }
    },
    create: (record, signal) => {
      const metadata = { ...key, annotations: toAnnotations(undefined, record) };
      const body = JSON.stringify({ ...type, metadata, spec: toSpec(record) });
      return write({ method: 'POST', path: toCollectionPath(leases, key.namespace), body, signal }, record);
    },
    replace: ({ resourceVersion, ...record }, signal) => {
      const annotations = toAnnotations(known?.metadata.annotations, record);
      const metadata = { ...known?.metadata, ...key, resourceVersion, annotations };
      const body = JSON.stringify({ ...type, metadata, spec: { ...known?.spec, ...toSpec(record) } });
      return write({ method: 'PUT', path, body, signal }, record);
    },
  };
}

function toLease({ metadata, spec = {} }: LeaseObject): Lease {
  const { holderIdentity, leaseDurationSeconds, acquireTime, renewTime, leaseTransitions } = spec;
  return {
    holder: holderIdentity ?? '',
    durationMs: leaseDurationSeconds === undefined ? undefined : leaseDurationSeconds * 1000,
    acquiredWallMs: Date.parse(acquireTime ?? '') || 0,
    renewedWallMs: Date.parse(renewTime ?? '') || 0,
    transitions: leaseTransitions ?? 0,
    resourceVersion: metadata.resourceVersion,
    ...(metadata.annotations?.[verifyAnnotation] === 'true' && { mustVerify: true }),
  };
}

const verifyAnnotation = 'esa.alibabacloud.com/verify-versions';

function toAnnotations(
  before: Readonly<Record<string, string>> = {},
  { mustVerify }: Pick<LeaseRecord, 'mustVerify'>,
): Readonly<Record<string, string>> {
  const { [verifyAnnotation]: _, ...others } = before;
  return mustVerify ? { ...others, [verifyAnnotation]: 'true' } : others;
}

function toSpec({ holder, durationMs, acquiredWallMs, renewedWallMs, transitions }: LeaseRecord): LeaseSpec {
  return {
    holderIdentity: holder,
    ...(durationMs !== undefined && { leaseDurationSeconds: durationMs / 1000 }),
    acquireTime: toMicroTime(acquiredWallMs),
    renewTime: toMicroTime(renewedWallMs),
    leaseTransitions: transitions,
  };
}

function toMicroTime(wallMs: number): string {
  return new Date(wallMs).toISOString().replace(/Z$/, '000Z');
}
