/** Every setting that changes how the emulated API behaves, with its default and what it stands for. */

interface Switch<T> {
  readonly initial: T;
  /** What a value must be, for messages. */
  readonly expects: string;
  accepts(value: unknown): value is T;
  /** What it does, in a sentence. */
  readonly about: string;
}

/** The first value is the default. */
function oneOf<const T extends string>(values: readonly [T, ...T[]], about: string): Switch<T> {
  const accepts = (value: unknown): value is T => (values as readonly unknown[]).includes(value);
  return { initial: values[0], expects: `one of ${values.join(', ')}`, accepts, about };
}

function flag(initial: boolean, about: string): Switch<boolean> {
  const accepts = (value: unknown) => typeof value === 'boolean';
  return { initial, expects: 'true or false', accepts, about };
}

function wholeNumber(initial: number, bounds: readonly [number, number], about: string): Switch<number> {
  const [min, max] = bounds;
  const accepts = (value: unknown): value is number =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
  return { initial, expects: `a whole number from ${min} to ${max}`, accepts, about };
}

function word(initial: string, about: string): Switch<string> {
  const accepts = (value: unknown): value is string => typeof value === 'string' && /^\S{1,100}$/.test(value);
  return { initial, expects: 'a word of 1 to 100 characters without blanks', accepts, about };
}

const dayMs = 86_400_000;
const million = 1_000_000;

/** All switches; the start options, `PATCH /switches` of the admin port and the documentation list the same names. */
export const switchTable = {
  verifySignatures: flag(true, 'Check signature, key, date, nonce and security token of each call.'),
  autoCreateApps: flag(false, 'A well-formed app id exists from its first use.'),
  ratePerSecond: wholeNumber(0, [0, million], 'Calls a second for each key and action; 0 is no limit.'),
  throttleStatus: wholeNumber(400, [400, 599], 'HTTP status of a throttled call.'),
  latencyMs: wholeNumber(0, [0, dayMs], 'How long each call takes at least.'),
  buildDelayMs: wholeNumber(0, [0, dayMs], 'How long a version stays `creating`.'),
  appBuildDelayMs: wholeNumber(0, [0, dayMs], 'How long a created app stays `creating`.'),
  failImageMarker: word('build-fails', 'A version with this in an image ends as `failed`.'),
  stuckImageMarker: word('build-never-ends', 'A version with this in an image stays `creating`.'),
  listDelayMs: wholeNumber(0, [0, dayMs], 'How long List does not show a new version.'),
  listOrder: oneOf(['newest-first', 'oldest-first'], 'Order of List without OrderKey.'),
  search: oneOf(['substring', 'prefix'], 'How SearchKey matches; case is ignored.'),
  defaultPageSize: wholeNumber(20, [1, 100], 'Page size of a List that names none.'),
  pageSizeCap: wholeNumber(0, [0, 500], 'Items on a page at most, whatever is asked; 0 is no cap.'),
  duplicateNames: oneOf(['refused', 'allowed'], 'A second version of one name in an app.'),
  duplicateNameCode: word('NameAlreadyExists', 'The code that refuses it.'),
  failedNameReserved: flag(true, 'A failed version keeps its name taken.'),
  deletedNameReserved: flag(false, 'A deleted version keeps its name taken.'),
  missingVersionCode: word('InvalidParameter.VersionId', 'The code for a VersionId that does not exist.'),
  publishedDelete: oneOf(['refused', 'allowed'], 'Deleting a published version.'),
  publishedDeleteCode: word('InvalidParameter', 'The code that refuses it.'),
  deletedApps: oneOf(['hidden', 'returned'], 'Whether Get and List still return a deleted app.'),
  nonEmptyAppDelete: oneOf(['allowed', 'refused'], 'Deleting an app that has versions.'),
  absentParameter: oneOf(['service', 'gateway'], 'Who refuses it: InvalidParameter.Name or MissingName.'),
  imageCharacters: oneOf(['refused', 'allowed'], 'An image with `@`, `#`, `%` or a blank.'),
  probeMembers: oneOf(['unchecked', 'required'], 'What each ProbeType needs: Command, Port, Path.'),
  maxContainers: wholeNumber(0, [0, million], 'Containers in a version; 0 is no limit.'),
  maxVersions: wholeNumber(0, [0, million], 'Versions in an app; 0 is no limit.'),
  probeContentEcho: oneOf(['object', 'string'], 'ProbeContent in answers.'),
  httpHeadersEcho: oneOf(['as-sent', 'array', 'object'], 'HttpHeaders in answers.'),
  postStartEcho: oneOf(['as-sent', 'exec-json', 'exec-json-parts', 'omitted'], 'PostStart in answers.'),
  commandEcho: oneOf(['as-sent', 'words', 'parts'], 'Command, Args, PreStop and the exec probe in answers.'),
  probeDefaultsEcho: flag(false, 'Answers fill absent probe timings with the defaults of Kubernetes.'),
  containerOrderEcho: oneOf(['as-sent', 'by-name'], 'Order of Containers in answers.'),
  timeFormat: oneOf(['utc', 'blank', 'offset'], 'How answers write times.'),
  methods: oneOf(['any', 'documented'], 'GET and POST for every action, or as documented.'),
  httpsOnly: oneOf(['ignored', 'enforced'], 'Actions that the documentation allows over HTTPS only.'),
  maxCalls: wholeNumber(200_000, [1, 10 * million], 'How many calls the log keeps.'),
} as const satisfies Record<string, Switch<unknown>>;

export type SwitchName = keyof typeof switchTable;

export type Switches = {
  -readonly [K in SwitchName]: (typeof switchTable)[K] extends Switch<infer T> ? T : never;
};

/** Some switches; undefined means: leave it. */
export type SwitchValues = { readonly [K in SwitchName]?: Switches[K] | undefined };

export function defaultSwitches(): Switches {
  const entries = Object.entries(switchTable).map(([name, item]) => [name, item.initial]);
  return Object.fromEntries(entries) as Switches;
}

/** What is wrong with `values`, a sentence for each mistake; empty if nothing is. */
export function switchMistakes(values: Readonly<Record<string, unknown>>): string[] {
  const mistakes: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    const item = Object.hasOwn(switchTable, name) ? switchTable[name as SwitchName] : undefined;
    if (item === undefined) mistakes.push(`${name} is not a switch`);
    else if (value !== undefined && !item.accepts(value)) {
      mistakes.push(`${name} must be ${item.expects}, not ${JSON.stringify(value)}`);
    }
  }
  return mistakes;
}

/** Sets the given switches in place. @throws RangeError naming every mistake; then nothing is changed. */
export function applySwitches(switches: Switches, values: SwitchValues): void {
  const mistakes = switchMistakes(values);
  if (mistakes.length > 0) throw new RangeError(`bad emulator switches: ${mistakes.join('; ')}`);
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) Object.assign(switches, { [name]: value });
  }
}
