/** Renders a folder of deploy/ with the real kubectl, as `kubectl apply -k` would send it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { findBinary } from '../control-plane/binaries.ts';

const run = promisify(execFile);

/** A Kubernetes object of any kind, as far as the tests here look into it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: the rest differs by kind, and the API server's own schema judges it
  readonly [member: string]: any;
}

export interface Rendering {
  readonly text: string;
  readonly manifests: readonly Manifest[];
}

/** @param folder for example `deploy/base` */
export async function render(folder: string): Promise<Rendering> {
  const { stdout: text } = await run(await findBinary('kubectl'), ['kustomize', folder], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return { text, manifests: parseAllDocuments(text).map((document) => document.toJS()) };
}

/** The one object of that kind. @throws when there is none or more than one of `kind` (and `name`). */
export function only(manifests: readonly Manifest[], kind: string, name?: string): Manifest {
  const [found, ...others] = manifests.filter(
    (manifest) => manifest.kind === kind && (name === undefined || manifest.metadata.name === name),
  );
  if (found === undefined || others.length > 0)
    throw new Error(`there are ${others.length + Number(!!found)} ${kind} ${name ?? ''}`);
  return found;
}
