/** `edgeapp plan`: judges manifests and shows the requests that they become, without asking any server. */

import { createReadStream } from 'node:fs';
import { type Given, readSettings, UsageError } from '../config/config.ts';
import { planSettings } from '../config/settings.ts';
import { type Issue, mostIssues } from '../core/schema/issue.ts';
import { toPrintable, toPrintableLines } from '../core/text/printable.ts';
import { edgeAppVersionDescriptor } from '../kinds/edge-app-version/descriptor.ts';
import { createVersionValidator } from '../kinds/edge-app-version/manifest.ts';
import { loadSchema } from '../operator/load-crd.ts';
import { type FileProblem, type ManifestInFile, type Position, readDocuments } from './manifest-file.ts';
import { type Plan, type PlanOptions, planManifest } from './plan-manifest.ts';
import { readBounded } from './read-bounded.ts';

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
  readonly problems?: readonly Finding[];
  /** Only a hundred are told. */
  readonly hasMoreProblems?: true;
  /** What does not keep the request from being sent, but is hardly meant. */
  readonly notes?: readonly Finding[];
}

type Finding = Position & { readonly path?: string; readonly message: string };

/**
 * Prints to standard output, and in the form for people every reason for a refusal to standard error.
 * @param files paths; `-` is standard input
 * @throws UsageError naming every mistake in `given` and each file that cannot be read
 */
export async function plan(files: readonly string[] | undefined, given: Given): Promise<0 | 1> {
  const missing = files?.every((file) => file !== '')
    ? []
    : ['--filename must be set: the path of a file, or - for standard input'];
  const { output, ownerId, namespace, ...packing } = readSettings(planSettings, given, missing);
  const options: PlanOptions = {
    validate: createVersionValidator(loadSchema(edgeAppVersionDescriptor), { isThorough: true }),
    packing,
    ownerId,
    namespace,
  };
  const entries = (await readFiles(files ?? [])).flatMap((file) => planFile(file, options));
  const isFine =
    entries.some(({ plan }) => plan === 'sent') && entries.every(({ plan }) => plan !== 'refused');
  if (output === 'json') process.stdout.write(toPrintableLines(`${JSON.stringify(entries, undefined, 2)}\n`));
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
  if (file === '-') return { file: '<stdin>', content: await readBounded('standard input', process.stdin) };
  return { file, content: await readBounded(file, createReadStream(file)) };
}

function planFile({ file, content }: FileText, options: PlanOptions): Entry[] {
  const entries: Entry[] = [];
  for (const read of readDocuments(content)) {
    if ('problems' in read) entries.push(toBrokenEntry(file, read.problems));
    else
      for (const manifest of read.manifests)
        entries.push(toEntry(file, manifest, planManifest(manifest.object, options)));
  }
  return entries;
}

function toBrokenEntry(file: string, found: readonly FileProblem[]): Entry {
  const findings = found.map(({ position, message }) => ({ ...position, message }));
  const { line = 1, column = 1 } = findings.toSorted(byPlace)[0] ?? {};
  return { file, line, column, plan: 'refused', ...toProblems(findings) };
}

function toProblems(findings: readonly Finding[]): Pick<Entry, 'problems' | 'hasMoreProblems'> {
  const problems = findings.toSorted(byPlace).slice(0, mostIssues);
  return { problems, ...(findings.length > mostIssues && { hasMoreProblems: true }) };
}

function byPlace(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}

function toEntry(file: string, { object, position, locate }: ManifestInFile, plan: Plan): Entry {
  const { apiVersion, kind, metadata } = object;
  const { namespace, name = undefined } = (metadata ?? {}) as Record<string, unknown>;
  const head = { file, ...position, apiVersion, kind, namespace, name, plan: plan.kind };
  const toFindings = (issues: readonly Issue[]): Finding[] =>
    issues.map((issue) => ({ ...locate(issue.path), ...issue }));
  switch (plan.kind) {
    case 'skipped':
      return head;
    case 'sent':
      return {
        ...head,
        fingerprint: plan.fingerprint,
        request: plan.request,
        ...(plan.notes.length > 0 && { notes: toFindings(plan.notes) }),
      };
    case 'refused':
      return { ...head, ...toProblems(toFindings(plan.issues)) };
  }
}

function printForPeople(entries: readonly Entry[], ownerId: string | undefined): void {
  for (const entry of entries) {
    if (entry.plan === 'sent') process.stdout.write(toPrintableLines(describeRequest(entry)));
    process.stderr.write(toPrintableLines(describeRest(entry)));
  }
  process.stderr.write(summarize(entries, ownerId));
}

/** On one line. */
function inLine(text: unknown): string {
  return toPrintable(String(text ?? ''));
}

function describeRequest({ file, line, fingerprint, request, ...entry }: Entry): string {
  const title = `# ${inLine(file)}:${line} ${inLine(entry.kind)} ${inLine(entry.name)}`.trimEnd();
  return `${title}\n# CreateEdgeContainerAppVersion, fingerprint ${fingerprint}\n${JSON.stringify(request, undefined, 2)}\n`;
}

function describeRest({ problems = [], notes = [], ...entry }: Entry): string {
  const { file, line, column, plan, kind, name, hasMoreProblems } = entry;
  const describe =
    (prefix: string) =>
    ({ path, message, ...at }: Finding) =>
      `${inLine(file)}:${at.line}:${at.column}: ${prefix}${path ? `${inLine(path)}: ` : ''}${inLine(message)}\n`;
  if (plan === 'skipped')
    return `${inLine(file)}:${line}:${column}: skipped: ${inLine(kind)} ${inLine(name)} is not one of ours\n`;
  const message = `has more problems than these ${problems.length}`;
  const more = hasMoreProblems ? [describe('')({ line, column, message })] : [];
  return [...problems.map(describe('')), ...more, ...notes.map(describe('note: '))].join('');
}

function summarize(entries: readonly Entry[], ownerId: string | undefined): string {
  const count = (kind: Plan['kind']) => entries.filter(({ plan }) => plan === kind).length;
  const [sent, refused] = [count('sent'), count('refused')];
  if (sent + refused === 0) return 'error: there is no EdgeAppVersion in what was given\n';
  const note =
    sent > 0 && ownerId === undefined ? '; without --owner-id the marker that ends Remarks is not shown' : '';
  return `${sent} would be sent, ${refused} refused${note}\n`;
}
