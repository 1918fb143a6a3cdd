/** Flags and environment, read once, checked as a whole, and then one frozen object. */
import { conflictsIn } from './conflicts.ts';
import type { Setting, Settings, ValuesOf } from './setting.ts';
import { probeSettings, runSettings } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process; nothing else reads it. */
export const processEnvironment: Environment = process.env;

export interface Given {
  /** What came with each flag, by the name of its setting; `true` for a flag without a value. */
  readonly flags: Readonly<Record<string, string | true | undefined>>;
  /** Arguments that belong to no flag. */
  readonly strays: readonly string[];
  readonly env: Environment;
}

/** Something was typed or set wrong; `mistakes` has a sentence for each. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}

/** The access key: files in a folder, or values. */
export type KeySource =
  | { readonly kind: 'folder'; readonly folder: string }
  | {
      readonly kind: 'values';
      readonly accessKeyId: string;
      readonly accessKeySecret: string;
      readonly securityToken: string | undefined;
    };

export interface Config extends ValuesOf<typeof runSettings> {
  readonly keySource: KeySource;
  /** The variables by which a kubeconfig is found. */
  readonly kubeEnvironment: Environment;
  /** False where Node is told to take any certificate. */
  readonly verifiesTls: boolean;
  /** The variables that name proxies, and where to do without; they may hold passwords. */
  readonly proxyEnvironment: Environment;
}

export interface ProbeConfig extends ValuesOf<typeof probeSettings> {
  readonly keySource: KeySource;
  /** The variables that name proxies, and where to do without; they may hold passwords. */
  readonly proxyEnvironment: Environment;
}

/** The configuration of `edgeapp run`. @throws UsageError naming every mistake */
export function readConfig(given: Given): Config {
  const values = readWithKey(runSettings, given, [], conflictsIn);
  const kubeEnvironment = Object.freeze(pick(given.env, kubeVariables));
  const verifiesTls = given.env.NODE_TLS_REJECT_UNAUTHORIZED !== '0';
  return Object.freeze({ ...values, kubeEnvironment, verifiesTls });
}

/** The configuration of `edgeapp probe`. @throws UsageError naming every mistake, those found `before` among them */
export function readProbeConfig(given: Given, before: readonly string[] = []): ProbeConfig {
  return Object.freeze(readWithKey(probeSettings, given, before));
}

function readWithKey<Table extends Settings & Pick<typeof runSettings, 'credentialsDir'>>(
  table: Table,
  given: Given,
  before: readonly string[] = [],
  conflictsOf: (values: ValuesOf<Table>) => readonly string[] = () => [],
): ValuesOf<Table> & Pick<Config, 'keySource' | 'proxyEnvironment'> {
  const { values, mistakes } = readTable(table, given);
  const keySource = readKeySource(values.credentialsDir, given.env);
  const all = [
    ...before,
    ...mistakes,
    ...conflictsOf(values),
    ...unknownVariables(given.env),
    ...missingKeys(keySource),
  ];
  if (all.length > 0) throw new UsageError(all);
  const proxyEnvironment = Object.freeze(pick(given.env, proxyVariables));
  return { ...values, keySource: Object.freeze(keySource), proxyEnvironment };
}

/** The values of `table` alone. @throws UsageError naming every mistake, those found `before` among them */
export function readSettings<Table extends Settings>(
  table: Table,
  given: Given,
  before: readonly string[] = [],
): ValuesOf<Table> {
  const { values, mistakes } = readTable(table, given);
  if (before.length + mistakes.length > 0) throw new UsageError([...before, ...mistakes]);
  return Object.freeze(values);
}

/** With mistakes, `values` is not complete. */
function readTable<Table extends Settings>(table: Table, { flags, strays, env }: Given) {
  const mistakes = strayArguments(strays);
  const entries = Object.entries(table).map(([name, setting]) => {
    const reading = readSetting(setting, flags[name], env);
    if (reading.mistake) mistakes.push(reading.mistake);
    return [name, reading.value];
  });
  return { values: Object.fromEntries(entries) as ValuesOf<Table>, mistakes };
}

interface Reading {
  readonly value?: unknown;
  readonly mistake?: string;
}

/** The flag goes before the variable, and both before the default. An empty value is none, as in a manifest. */
function readSetting(setting: Setting<unknown>, flag: string | true | undefined, env: Environment): Reading {
  const { variable, expects, initial, isOptional } = setting;
  const name = `--${setting.flag}`;
  if (flag === true) return { mistake: `${name} needs a value: ${expects}` };
  const set = variable ? env[variable] : undefined;
  const text = flag || set || initial;
  if (text === undefined) {
    const where = variable ? `${name} or ${variable}` : name;
    return isOptional ? {} : { mistake: `${where} must be set: ${expects}` };
  }
  const value = setting.parse(text);
  if (value !== undefined) return { value };
  return { mistake: `${flag ? name : variable} must be ${expects}, but is ${quoteSafely(text)}` };
}

/** Without what may be a password in an address. */
function quoteSafely(text: string): string {
  return JSON.stringify(text.replace(/^(.*:\/\/)?.*@/s, '$1***@'));
}

/** What follows an unknown flag may be its value, and a secret; so only the flag is named. */
function strayArguments(strays: readonly string[]): string[] {
  return strays.flatMap((stray, index) => {
    if (stray.startsWith('-')) return [`${stray.split('=', 1)[0]} is no flag of this command`];
    return strays[index - 1]?.startsWith('-')
      ? []
      : [`the argument ${quoteSafely(stray)} has no meaning here`];
  });
}

function unknownVariables(env: Environment): string[] {
  const known = new Set<string>(
    Object.values(runSettings).flatMap(({ variable }: Setting<unknown>) => variable ?? []),
  );
  return Object.keys(env)
    .filter((name) => name.startsWith('EDGEAPP_') && !known.has(name))
    .map((name) => `${name} is no setting; mind the spelling`);
}

function readKeySource(folder: string | undefined, env: Environment): KeySource {
  if (folder) return { kind: 'folder', folder };
  return {
    kind: 'values',
    accessKeyId: env.ALIBABA_CLOUD_ACCESS_KEY_ID ?? '',
    accessKeySecret: env.ALIBABA_CLOUD_ACCESS_KEY_SECRET ?? '',
    securityToken: env.ALIBABA_CLOUD_SECURITY_TOKEN || undefined,
  };
}

function missingKeys(source: KeySource): string[] {
  if (source.kind === 'folder') return [];
  const values = {
    ALIBABA_CLOUD_ACCESS_KEY_ID: source.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: source.accessKeySecret,
  };
  const missing = Object.entries(values).filter(([, value]) => value === '');
  return missing.map(
    ([name]) => `${name} must be set, or --credentials-dir to a folder with a file of that name`,
  );
}

const proxyVariables = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);
const kubeVariables = ['KUBECONFIG', 'KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT', 'HOME'];

function pick(env: Environment, names: readonly string[]): Environment {
  return Object.fromEntries(names.map((name) => [name, env[name]]));
}
