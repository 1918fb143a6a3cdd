/** Reads kubeconfig files and puts several together, as kubectl does. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { KubeConfig, type User } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { fileProblem } from '../core/errors/file-problem.ts';
import { KubeError } from './kube-error.ts';

/** The file that was asked for by name. @throws KubeError `KubeconfigUnusable` */
export function readKubeconfig(file: string): KubeConfig {
  const text = readText(file);
  if (text === undefined) throw unusable(`kubeconfig ${file}, named by --kubeconfig, is not there`);
  const kubeConfig = toKubeConfig(file, text);
  if (kubeConfig === undefined) throw unusable(`kubeconfig ${file} is empty`);
  return kubeConfig;
}

/**
 * Those of `files` that are there and not empty as one: of equal names the first one counts, and the first current
 * context that is named.
 * @throws KubeError `KubeconfigUnusable` for a file that cannot be read or is not valid, or where none is left
 */
export function readKubeconfigList(files: readonly string[]): KubeConfig {
  const parts = files.flatMap((file) => {
    const text = readText(file);
    return (text === undefined ? undefined : toKubeConfig(file, text)) ?? [];
  });
  if (parts.length === 0) {
    throw unusable(`KUBECONFIG names no kubeconfig: missing or empty: ${files.join(', ')}`);
  }
  const merged = new KubeConfig();
  merged.loadFromOptions({
    clusters: firstOfEach(parts.flatMap(({ clusters }) => clusters)),
    users: firstOfEach(parts.flatMap(({ users }) => users)),
    contexts: firstOfEach(parts.flatMap(({ contexts }) => contexts)),
    currentContext: parts.find(({ currentContext }) => currentContext)?.currentContext,
  });
  return merged;
}

function firstOfEach<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return entries.filter(({ name }, index) => entries.findIndex((each) => each.name === name) === index);
}

/** Undefined where there is no such file. */
function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(`kubeconfig ${file} ${fileProblem(error)}`);
  }
}

/** Undefined for a file that holds nothing. */
function toKubeConfig(file: string, text: string): KubeConfig | undefined {
  const kubeConfig = new KubeConfig();
  const folder = dirname(resolve(file));
  try {
    const content: unknown = parse(text);
    if (content === null) return undefined;
    if (typeof content !== 'object') throw new Error('it is no YAML mapping');
    kubeConfig.loadFromString(text);
    kubeConfig.makePathsAbsolute(folder);
    resolveUsers(kubeConfig, content, folder);
    if (kubeConfig.clusters.some(({ proxyUrl = '' }) => typeof proxyUrl !== 'string')) throw new TypeError();
    return kubeConfig;
  } catch (error) {
    // A YAML error quotes the lines around it, which may hold a token.
    const text = error instanceof TypeError ? wrongType : (error as Error).message.split('\n', 1)[0];
    throw unusable(`kubeconfig ${file} is not valid: ${text}`);
  }
}

/** client-node calls methods of texts without a look. */
const wrongType = 'a field of it has another type than kubectl takes';

/** What client-node leaves relative or out: a plugin's path, and a token file, known to it by an auth provider alone. */
function resolveUsers(kubeConfig: KubeConfig, content: object, folder: string): void {
  const { users } = content as { users?: { name: string; user?: { tokenFile?: string } }[] };
  for (const { name, user } of users ?? []) {
    const known = kubeConfig.getUser(name);
    if (known && user?.tokenFile) Object.assign(known, withTokenFile(name, resolve(folder, user.tokenFile)));
    if (known?.exec?.command?.includes('/')) known.exec.command = resolve(folder, known.exec.command);
  }
}

export function withTokenFile(name: string, tokenFile: string): User {
  return { name, authProvider: { name: 'tokenFile', config: { tokenFile } } };
}

export function unusable(message: string): KubeError {
  return new KubeError({ code: 'KubeconfigUnusable', message });
}
