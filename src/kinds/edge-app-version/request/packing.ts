/** How the lists of the resource become the strings of the API, which has no escape for its separators. */
import { compareCodeUnits } from '../../../core/json/canonical-json.ts';
import type { EnvVariable } from '../edge-app-version.ts';

/** What to do with a part that holds a blank, the separator itself. */
export type BlankRule = 'refuse' | 'quote';

export interface PackingOptions {
  /** For `command`, `args` and `probe.exec.command`, where the API documents no quoting. */
  readonly blanksInCommands: BlankRule;
  /** For `postStart` and `preStop`, where the API's own sample puts double quotes around such a part. */
  readonly blanksInHooks: BlankRule;
}

export const defaultPacking: PackingOptions = { blanksInCommands: 'refuse', blanksInHooks: 'quote' };

/** Whether `part` would fall apart, or run into its neighbour, without quotes. */
export function hasBlank(part: string): boolean {
  return /\s/.test(part);
}

/**
 * Joins the parts of a command by a space; under `quote` a part with a blank stands in double quotes.
 * @throws RangeError for a part with a blank under `refuse`: sending it would start another command.
 */
export function joinParts(parts: readonly string[], blanks: BlankRule): string {
  return parts.map((part) => (hasBlank(part) ? quoted(part, blanks) : part)).join(' ');
}

function quoted(part: string, blanks: BlankRule): string {
  if (blanks === 'refuse')
    throw new RangeError(`part holds a blank, which cannot be sent: ${JSON.stringify(part)}`);
  return `"${part}"`;
}

/** `name=value,name=value`, in the order given. */
export function joinEnv(env: readonly EnvVariable[]): string {
  return env.map(({ name, value }) => `${name}=${value}`).join(',');
}

/** The same variables ordered by name: their order means nothing, neither to a process nor to Kubernetes. */
export function sortJoinedEnv(joined: string): string {
  return joined
    .split(',')
    .sort((a, b) => compareCodeUnits(envName(a), envName(b)))
    .join(',');
}

function envName(pair: string): string {
  return pair.split('=', 1)[0] ?? '';
}
