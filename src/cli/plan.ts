/** `edgeapp plan`: judges manifests and shows the requests that they become, without asking any server. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { planSettings } from '../config/settings.ts';
import { type Given, readSettings, UsageError } from '../config.ts';
import { createValidator } from '../core/validate.ts';
import { loadSchema } from '../load-crd.ts';
import { type FileProblem, type ManifestInFile, type Position, readManifests } from './manifest-file.ts';
import { type Plan, type PlanOptions, planManifest } from './plan-manifest.ts';

/** One line, or one entry of the JSON, for everything that was found in the files. */
interface Entry extends Position {
  readonly file: string;
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly namespace?: unknown;
  readonly name?: unknown;
  readonly plan: Plan['kind'];
  readonly fingerprint?: string;
  readonly request?: object;
  readonly problems?: readonly (Position & { readonly path?: string; readonly message: string })[];
}

/**
 * Prints to standard output, and in the form for people every reason for a refusal to standard error.
 * @param files paths; `-` is standard input
 * @throws UsageError naming every mistake in `given` and each file that cannot be read
 */
export async function plan(files: readonly string[] | undefined, given: Given): Promise<0 | 1> {
  const missing = files ? [] : ['--filename must be set: the path of a file, or - for standard input'];
  const { output, ownerId, namespace, ...packing } = readSettings(planSettings, given, missing);
  const options: PlanOptions = {
    validate: createValidator(loadSchema(), { isThorough: true }),
    packing,
    ownerId,
    namespace,
  };
  const entries = (await readFiles(files ?? [])).flatMap((file) => planFile(file, options));
  const isFine =
    entries.some(({ plan }) => plan === 'sent') && entries.every(({ plan }) => plan !== 'refused');
  if (output === 'json') process.stdout.write(`${JSON.stringify(entries, undefined, 2)}\n`);
  else printForPeople(entries, ownerId);
  return isFine ? 0 : 1;
}

interface FileText {
  readonly file: string;
  readonly content: string;
}

async function readFiles(files: readonly string[]): Promise<FileText[]> {
  const results = await Promise.allSettled(files.map(readOne));
  const mistakes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.message] : []));
  if (mistakes.length > 0) throw new UsageError(mistakes);
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

async function readOne(file: string): Promise<FileText> {
  if (file === '-') return { file: '<stdin>', content: await text(process.stdin) };
  return { file, content: await readFile(file, 'utf8') };
}

function planFile({ file, content }: FileText, options: PlanOptions): Entry[] {
  const { manifests, problems } = readManifests(content);
  return [
    ...problems.map(({ position, message }: FileProblem): Entry => {
      return { file, ...position, plan: 'refused', problems: [{ ...position, message }] };
    }),
    ...manifests.map((manifest) => toEntry(file, manifest, planManifest(manifest.object, options))),
  ].sort(byPlace);
}

function byPlace(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}

function toEntry(file: string, { object, position, locate }: ManifestInFile, plan: Plan): Entry {
  const { apiVersion, kind, metadata } = object;
  const { namespace, name = undefined } = (metadata ?? {}) as Record<string, unknown>;
  const head = { file, ...position, apiVersion, kind, namespace, name, plan: plan.kind };
  switch (plan.kind) {
    case 'skipped':
      return head;
    case 'sent':
      return { ...head, fingerprint: plan.fingerprint, request: plan.request };
    case 'refused':
      return {
        ...head,
        problems: plan.issues.map((issue) => ({ ...locate(issue.path), ...issue })).sort(byPlace),
      };
  }
}

function printForPeople(entries: readonly Entry[], ownerId: string | undefined): void {
  for (const entry of entries) {
    if (entry.plan === 'sent') process.stdout.write(describeRequest(entry));
    else process.stderr.write(describeRest(entry));
  }
  process.stderr.write(summarize(entries, ownerId));
}

function describeRequest({ file, line, fingerprint, request, ...entry }: Entry): string {
  const title = `# ${file}:${line} ${entry.kind} ${entry.name ?? ''}`.trimEnd();
  return `${title}\n# CreateEdgeContainerAppVersion, fingerprint ${fingerprint}\n${JSON.stringify(request, undefined, 2)}\n`;
}

function describeRest({ file, line, column, kind, name, problems }: Entry): string {
  if (!problems) return `${file}:${line}:${column}: skipped: ${kind} ${name} is not one of ours\n`;
  return problems
    .map(({ path, ...at }) => `${file}:${at.line}:${at.column}: ${path ? `${path}: ` : ''}${at.message}\n`)
    .join('');
}

function summarize(entries: readonly Entry[], ownerId: string | undefined): string {
  const count = (kind: Plan['kind']) => entries.filter(({ plan }) => plan === kind).length;
  const [sent, refused] = [count('sent'), count('refused')];
  if (sent + refused === 0) return 'error: there is no EdgeAppVersion in what was given\n';
  const note =
    sent > 0 && ownerId === undefined ? '; without --owner-id the marker that ends Remarks is not shown' : '';
  return `${sent} would be sent, ${refused} refused${note}\n`;
}
