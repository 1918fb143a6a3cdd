/** What a setting is, and the kinds of value that several settings share. */

export interface Setting<T> {
  /** Without the dashes in front. */
  readonly flag: string;
  /** One letter that stands for the flag. */
  readonly short?: string;
  readonly variable?: string | undefined;
  /** Stands for the value in the help. */
  readonly placeholder: string;
  readonly about: string;
  /** What a value must be, for messages. */
  readonly expects: string;
  /** The default, as it would be typed. A setting that has none is required unless `isOptional`. */
  readonly initial?: string;
  readonly isOptional?: boolean;
  /** Undefined for a text that is no such value. */
  parse(text: string): T | undefined;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;

type ValueOf<Row extends Setting<unknown>> =
  | Exclude<ReturnType<Row['parse']>, undefined>
  | (Row extends { readonly isOptional: true } ? undefined : never);

/** The values of a table of settings, by the same names. */
export type ValuesOf<Table extends Settings> = { readonly [Name in keyof Table]: ValueOf<Table[Name]> };

export const anyText = (text: string): string => text;

export const matching = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined);

/** The first value is the default. */
export function oneOf<const T extends string>(values: readonly [T, ...T[]]) {
  return {
    placeholder: `<${values.join('|')}>`,
    expects: `one of ${values.join(', ')}`,
    initial: values[0] as string,
    parse: (text: string): T | undefined => values.find((value) => value === text),
  };
}

const booleans = new Map([
  ['true', true],
  ['false', false],
]);

export function trueOrFalse(initial: boolean) {
  return {
    placeholder: '<true|false>',
    expects: 'true or false',
    initial: String(initial),
    parse: (text: string): boolean | undefined => booleans.get(text),
  };
}

export function wholeNumber(min: number, max: number, initial: number) {
  return {
    placeholder: '<n>',
    expects: `a whole number from ${min} to ${max}`,
    initial: String(initial),
    parse(text: string): number | undefined {
      const value = Number(text);
      return /^[0-9]+$/.test(text) && value >= min && value <= max ? value : undefined;
    },
  };
}

export interface BindAddress {
  /** Absent: all addresses. */
  readonly host?: string;
  readonly port: number;
}

export function parseBindAddress(text: string): BindAddress | undefined {
  const parts = text.match(/^(?:\[(?<ipv6>[^\]]+)\]|(?<host>[^:\s]*)):(?<port>\d{1,5})$/)?.groups;
  const port = Number(parts?.port);
  if (parts === undefined || port > 65_535) return undefined;
  const host = parts.ipv6 ?? parts.host;
  return host ? { host, port } : { port };
}

/** The origin, where what is sent cannot be read on the way. */
export function parseEndpoint(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.href !== `${url.origin}/`) return undefined;
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback) ? url.origin : undefined;
}
