/** What the system asked of the API server, each request of it, by the server's own audit log. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { operatorNamespace } from './install.ts';
import type { Counts } from './measure/counts.ts';

/** The service account that every system runs as. */
export const account = 'edgeapp-operator';

/** One line for each request of the system when it ends, none for anybody else's. */
const policy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived', 'ResponseStarted'],
  rules: [
    { level: 'Metadata', users: [`system:serviceaccount:${operatorNamespace}:${account}`] },
    { level: 'None' },
  ],
};

export class AuditLog {
  /** What kube-apiserver is to be started with. */
  readonly apiServerFlags: readonly string[];
  readonly #file: string;

  private constructor(file: string, policyFile: string) {
    this.#file = file;
    this.apiServerFlags = [`--audit-policy-file=${policyFile}`, `--audit-log-path=${file}`];
  }

  static async in(folder: string): Promise<AuditLog> {
    const policyFile = join(folder, 'audit-policy.json');
    await writeFile(policyFile, JSON.stringify(policy));
    return new AuditLog(join(folder, 'audit.log'), policyFile);
  }

  /** The requests so far. */
  async count(): Promise<Counts> {
    return countRequests(await readFile(this.#file, 'utf8').catch(() => ''));
  }
}

/** @param log lines of JSON. @returns by `<verb> <resource>` or `<verb> <resource>/<subresource>`, else by path */
export function countRequests(log: string): Counts {
  const counts: Record<string, number> = {};
  for (const line of log.split('\n').filter(Boolean)) {
    const { verb, objectRef, requestURI } = JSON.parse(line) as AuditEvent;
    const subresource = objectRef?.subresource ? `/${objectRef.subresource}` : '';
    const what = objectRef?.resource ? `${objectRef.resource}${subresource}` : requestURI.replace(/\?.*/, '');
    counts[`${verb} ${what}`] = (counts[`${verb} ${what}`] ?? 0) + 1;
  }
  return counts;
}

interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string };
}
