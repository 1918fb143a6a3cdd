import { absent } from './case.ts';

/** A copy of `object` in which `value` stands at a field path such as `spec.containers[0].image`. */
export function changeAt(object: unknown, path: string, value: unknown): unknown {
  const copy = structuredClone(object);
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
  const last = keys.pop() as string;
  let parent = copy as Record<string, unknown>;
  for (const key of keys) {
    parent[key] ??= {};
    parent = parent[key] as Record<string, unknown>;
  }
  if (value === absent) delete parent[last];
  else parent[last] = value;
  return copy;
}
