/** Drops the members that are undefined, so that an absent optional field is absent on the wire too. */

type MayBeUndefined<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

export type Present<T> = { [K in Exclude<keyof T, MayBeUndefined<T>>]: T[K] } & {
  [K in MayBeUndefined<T>]?: Exclude<T[K], undefined>;
};

/** The members of `fields` that have a value, in the same order. */
export function present<T extends object>(fields: T): Present<T> {
  const kept: Partial<T> = {};
  for (const name of Object.keys(fields) as (keyof T)[]) {
    if (fields[name] !== undefined) kept[name] = fields[name];
  }
  return kept as Present<T>;
}
