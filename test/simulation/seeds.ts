/** `count` seeds from `first` on, `step` apart. */
export function* seedsFrom(first: number, count: number, step = 1): Iterable<number> {
  for (let index = 0; index < count; index += 1) yield first + index * step;
}
