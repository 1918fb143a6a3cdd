/** A row of the tables of rules and bounds, and the values that rows are made of. */

export interface Case {
  readonly title: string;
  /** Where the values go, for example `spec.containers[0].image`. */
  readonly at: string;
  readonly accepted: readonly unknown[];
  readonly refused: readonly unknown[];
  /** Where a refusal is reported, when not right there. */
  readonly field?: string;
  /** Further values, set before. */
  readonly given?: Readonly<Record<string, unknown>>;
}

/** Takes the member away instead of setting it. */
export const absent = Symbol('absent');

export const text = (length: number) => 'x'.repeat(length);

export const list = <T>(length: number, item: (index: number) => T) =>
  Array.from({ length }, (_, index) => item(index));

export const tcpSocket = { tcpSocket: { port: 80 } };

export const anyContainer = (index: number) => ({
  name: `c${index}`,
  image: 'i',
  spec: '1C2G',
  probe: tcpSocket,
});

/** For a switch that may be absent. */
export const flag = { accepted: [true, false, absent], refused: ['true', 1] };
