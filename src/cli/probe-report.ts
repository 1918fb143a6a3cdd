/** How the probe says what it will do and what it found. */
import type { ProbeConfig } from '../config/config.ts';
import type { CallRecord } from '../probe/call-journal.ts';
import { namePrefix } from '../probe/own-mark.ts';
import {
  type Answered,
  cleanUpLimitMs,
  type ProbeReport,
  questionsLimitMs,
  type Survey,
} from '../probe/probe.ts';
import type { Question } from '../probe/question.ts';
import { neverAsked } from '../probe/questions.ts';

interface Plan {
  readonly config: ProbeConfig;
  readonly questions: readonly Question[];
  readonly survey: Survey;
  readonly runId: string;
}

/** What is going to happen, before anybody agrees, line by line. */
export function announce({ config, questions, survey, runId }: Plan): string[] {
  const { appId, esaEndpoint, image, failingImage } = config;
  const creates = questions.reduce((sum, question) => sum + question.creates, 0);
  const asks = [
    `ask ${questions.length} questions, with at most ${creates} creates of versions named ${namePrefix(runId)}*,`,
    `  made of ${image}${failingImage ? ` and ${failingImage}` : ''}; each is deleted again, none is published`,
  ];
  const steps = [
    ...(questions.length > 0 ? asks : []),
    ...describeLeftovers(survey),
    `leave every other version alone, ${survey.listed - survey.leftovers.length} in all`,
    `take some minutes, ${minutes(questionsLimitMs + cleanUpLimitMs)} at most; Ctrl+C ends it and deletes what it made`,
  ];
  return [
    `${esaEndpoint} answers, and the key is taken. The probe will, in ${appId}:`,
    ...steps.map((step) => `  ${step}`),
  ];
}

function describeLeftovers({ leftovers }: Survey): string[] {
  if (leftovers.length === 0) return [];
  return [
    `delete what an earlier probe left behind (if it still runs, let it end first):`,
    ...leftovers.map(({ versionId, name }) => `  ${versionId} ${name}`),
  ];
}

/** All answered, and nothing left behind. */
export function isComplete({ answers, left }: ProbeReport): boolean {
  return left.length === 0 && answers.every(({ answer }) => answer.kind !== 'unknown');
}

/** The lines of a JSON text with everything that is known. */
export function toJson(report: ProbeReport, config: ProbeConfig): string[] {
  const { esaEndpoint } = config;
  const whole = {
    ...report,
    esaEndpoint,
    neverAsked,
    flags: flagsOf(report),
    cleanUp: cleanUpCommand(report, config),
  };
  return JSON.stringify(whole, undefined, 2).split('\n');
}

/** The lines of the answers with their evidence, what is left behind, and as the last ones the flags. */
export function describeReport(report: ProbeReport, config: ProbeConfig): string[] {
  return [
    ...report.answers.flatMap(describeAnswer),
    ...(report.answers.length > 1 ? ['Never asked:', ...neverAsked.map((line) => `  ${line}`), ''] : []),
    ...describeLeft(report, config),
    ...describeFlags(report),
  ];
}

function describeAnswer({ id, asks, assumes, answer, tookMs, evidence }: Answered): string[] {
  return [
    `${answer.kind.padEnd(10)} ${id}: ${asks}`,
    `  answer:  ${answer.says} (${(tookMs / 1000).toFixed(1)} s)`,
    `  assumed: ${assumes}`,
    ...(answer.kind === 'overturned' ? [`  to do:   ${answer.remedy}`] : []),
    ...describeEvidence(evidence),
    '',
  ];
}

const shownCalls = 12;

/** Creates, and whatever was refused; JSON has all. */
function describeEvidence(evidence: readonly CallRecord[]): string[] {
  const telling = evidence.filter(
    ({ operation, code }) => code !== undefined || operation.startsWith('Create'),
  );
  const more = evidence.length - Math.min(telling.length, shownCalls);
  return [
    ...telling.slice(0, shownCalls).map(describeCall),
    ...(more > 0 ? [`  further calls: ${more}, see -o json`] : []),
  ];
}

function describeCall({
  operation,
  about,
  sentAt,
  tookMs,
  code,
  httpStatus,
  versionId,
  requestId,
}: CallRecord): string {
  const end =
    code === undefined ? (versionId ?? 'done') : `${code}${httpStatus ? ` (HTTP ${httpStatus})` : ''}`;
  return `  ${sentAt} ${operation} ${about}: ${end}, ${tookMs} ms${requestId ? `, RequestId ${requestId}` : ''}`;
}

function describeLeft(report: ProbeReport, config: ProbeConfig): string[] {
  const { left } = report;
  if (left.length === 0) return [];
  return [
    'Left behind:',
    ...left.map(({ name, versionId, why }) => `  ${versionId ?? 'no id known'} ${name}: ${why}`),
    'To delete it:',
    `  ${cleanUpCommand(report, config)}`,
    '',
  ];
}

function cleanUpCommand(
  { left }: ProbeReport,
  { esaEndpoint, appId, image }: ProbeConfig,
): string | undefined {
  if (left.length === 0) return undefined;
  return `edgeapp probe --esa-endpoint ${esaEndpoint} --app-id ${appId} --image ${image} --only-clean-up`;
}

function flagsOf({ answers }: ProbeReport) {
  return answers.flatMap(({ id, answer: { kind, flag, says } }) => {
    const because = kind === 'unknown' ? `the safe value, as there is no answer: ${says}` : says;
    return flag ? [{ flag, question: id, because }] : [];
  });
}

function describeFlags(report: ProbeReport): string[] {
  const flags = flagsOf(report);
  if (flags.length === 0) return [];
  return ['Flags for edgeapp run:', ...flags.map(({ flag, because }) => `  ${flag.padEnd(28)} # ${because}`)];
}

function minutes(ms: number): string {
  return `${Math.ceil(ms / 60_000)} minutes`;
}
