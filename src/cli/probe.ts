/** `edgeapp probe`: asks a real account what the documentation leaves open, and says which flags fit. */
import { sendFor } from '../cloud/esa-client.ts';
import { type Given, type ProbeConfig, readProbeConfig, UsageError } from '../config/config.ts';
import { classify } from '../core/errors/classify.ts';
import { EsaError } from '../core/errors/esa-error.ts';
import { ExpectedError } from '../core/errors/expected-error.ts';
import { credentialsFrom } from '../esa/credentials.ts';
import { createEsaClient, type EsaClientOptions } from '../esa/esa-client.ts';
import { describeProxy, proxyFor } from '../http/proxy-setting.ts';
import { systemClock as clock, systemRandom as random } from '../operator/system-clock.ts';
import { Probe, type Survey } from '../probe/probe.ts';
import type { Question } from '../probe/question.ts';
import { questionsFor } from '../probe/questions.ts';
import { askToGoOn } from './ask-to-go-on.ts';
import { announce, describeReport, isComplete, toJson } from './probe-report.ts';
import { stopSignal } from './stop-signal.ts';
import { version } from './version.ts';
import { writeLines } from './write-lines.ts';

export interface Consent {
  /** Goes on without asking. */
  readonly isAgreed: boolean;
  /** Deletes what an earlier probe left behind, and asks the cloud nothing. */
  readonly isOnlyCleanUp: boolean;
}

/**
 * Prints the answers to standard output, the rest to standard error.
 * @throws UsageError naming every mistake in `given`, or where nobody agreed; Error where the app cannot be read
 */
export async function probe(consent: Consent, given: Given): Promise<0 | 1> {
  const config = readProbeConfig(given, consent.isAgreed || process.stdin.isTTY ? [] : [noTerminal]);
  const questions = consent.isOnlyCleanUp ? [] : questionsFor(config);
  const stop = new AbortController();
  const probe = createProbe(config, questions, stop.signal);
  const proxy = proxyOf(config);
  if (proxy)
    writeLines(process.stderr, [`Calls to ${config.esaEndpoint} go by the proxy ${describeProxy(proxy)}.`]);
  const survey = await surveyed(probe);
  writeLines(process.stderr, announce({ config, questions, survey, runId: probe.runId }));
  if (!consent.isAgreed) await mustAgree(config.appId);
  stopOnSignal(stop);
  const report = await probe.run(survey);
  const describe = config.output === 'json' ? toJson : describeReport;
  writeLines(process.stdout, describe(report, config));
  return isComplete(report) ? 0 : 1;
}

const noTerminal =
  '--yes must be given where there is no terminal to ask at: the probe creates and deletes versions in the app';

function createProbe(config: ProbeConfig, questions: readonly Question[], signal: AbortSignal): Probe {
  const { appId, image, failingImage } = config;
  return new Probe({
    appId,
    image,
    failingImage,
    questions,
    clock,
    random,
    signal,
    send: sendFor(clientFor(config, {}), ''),
    sendHangingUp: sendFor(clientFor(config, { hangsUp: true }), ''),
    onProgress: (line) => writeLines(process.stderr, [line]),
  });
}

function clientFor(config: ProbeConfig, options: Pick<EsaClientOptions, 'hangsUp'>) {
  const { esaEndpoint, keySource } = config;
  return createEsaClient({
    endpoint: new URL(esaEndpoint),
    proxy: proxyOf(config),
    // More than the operator allows unless told otherwise shows how long the cloud takes at its slowest.
    callTimeoutMs: 15_000,
    clock,
    credentials: credentialsFrom(keySource),
    userAgent: `edgeapp-operator/${version}`,
    ...options,
  });
}

function proxyOf({ esaEndpoint, proxyEnvironment }: ProbeConfig): URL | undefined {
  return proxyFor(new URL(esaEndpoint), proxyEnvironment);
}

/** Also when the terminal is closed, and with nobody left to read what is written to it. */
function stopOnSignal(stop: AbortController): void {
  const onStop = (): void => {
    process.stderr.write('Stopping: deleting what was created. A second Ctrl+C leaves it there.\n');
    stop.abort();
  };
  stopSignal().addEventListener('abort', onStop, { once: true });
  process.once('SIGHUP', onStop);
  process.stderr.on('error', () => {});
}

/** The first question of all: does the endpoint answer, and is the key right? @throws Error with what to do */
async function surveyed(probe: Probe): Promise<Survey> {
  try {
    return await probe.survey();
  } catch (error) {
    if (!(error instanceof EsaError)) throw error;
    const { cause, remedy } = classify(error, 'read');
    const { operation, code, requestId, message } = error;
    const where = requestId ? `, RequestId ${requestId}` : '';
    throw new ExpectedError(`${operation} failed with ${code}${where} (${message}): ${cause} ${remedy}`, {
      cause: error,
    });
  }
}

async function mustAgree(appId: string): Promise<void> {
  const { stdin: input, stderr: output } = process;
  if (await askToGoOn('Type the app id to go on: ', appId, { input, output })) return;
  throw new UsageError(['nothing was created: what was typed is not the app id']);
}
