/** Drops the members that are undefined, so that an absent optional field is absent on the wire too. */

type MayBeUndefined<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

export type Present<T> = { [K in Exclude<keyof T, MayBeUndefined<T>>]: T[K] } & {
  [K in MayBeUndefined<T>]?: Exclude<T[K], undefined>;
};

/** The members of `fields` that have a value, in the same order. */
export function present<T extends object>(fields: T): Present<T> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Present<T>;
}
