/** The demo, step by step: everything comes up, the samples are applied, and one of them is refused. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { findBinary } from '../control-plane/binaries.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { appId, createOperator, installCommands, namespace } from '../e2e/installation.ts';
import type { OperatorPod } from '../e2e/operator-pod.ts';
import type { Screen } from './screen.ts';
import { whatToTry } from './what-to-try.ts';

export interface TourOptions {
  /** Leave everything running at the end, until `signal` aborts. */
  readonly keep: boolean;
  /** Ends the tour; everything that runs is ended and removed. */
  readonly signal: AbortSignal;
}

/** How long the emulator builds a version: long enough to wait for. */
const buildDelayMs = 1500;

/** @throws when a step fails or takes too long, and when `signal` aborts before the end */
export async function showAround(screen: Screen, { keep, signal }: TourOptions): Promise<void> {
  await using parts = new AsyncDisposableStack();
  screen.title('edgeapp-operator: from kubectl apply to a VersionId, all on this machine');
  const controlPlane = parts.use(await startKubernetes(screen, signal));
  const kubeconfig = await controlPlane.userKubeconfig('you', { groups: ['system:masters'], namespace });
  const kubectl: Kubectl = async (...args) => {
    screen.command(['kubectl', ...args]);
    screen.output((await controlPlane.kubectl(args, { kubeconfig, signal })).stdout);
  };
  const emulator = parts.use(await startCloud(screen));
  await installOperator(screen, kubectl);
  const operator = parts.use(await createOperator(controlPlane, emulator));
  await startOperator(screen, operator, signal);
  await withLog(operator, () => applySamples(screen, kubectl));
  await showResults(screen, kubectl, emulator);
  if (keep) {
    screen.text(await whatToTry({ kubeconfig, controlPlane, emulator, operator }));
    if (!signal.aborted) await once(signal, 'abort');
  }
  await operator.stop();
  screen.text(keep ? '\nStopped and removed.' : '\nTo leave it running and try more: npm run demo -- --keep');
}

/** Shows a command, runs it and shows its answer. */
type Kubectl = (...args: readonly string[]) => Promise<void>;

async function startKubernetes(screen: Screen, signal: AbortSignal): Promise<ControlPlane> {
  screen.step('A Kubernetes API server: etcd and kube-apiserver as processes');
  const onProgress = (line: string): void => screen.note(line);
  await findBinary('kubectl', { onProgress, signal });
  const controlPlane = await startControlPlane({ onProgress, signal });
  screen.done(`ready at ${controlPlane.serverUrl}`);
  return controlPlane;
}

async function startCloud(screen: Screen): Promise<Emulator> {
  screen.step('The cloud: an emulator of the ESA API');
  const emulator = await startEmulator({ apps: [appId], buildDelayMs });
  screen.done(`answers at ${emulator.url}, and has the app ${appId}`);
  return emulator;
}

async function installOperator(screen: Screen, kubectl: Kubectl): Promise<void> {
  screen.step('Install, as on any cluster: CRD, roles, settings, and the key as a Secret');
  for (const command of installCommands) await kubectl(...command);
}

async function startOperator(screen: Screen, operator: OperatorPod, signal: AbortSignal): Promise<void> {
  screen.step("The operator: the Deployment's container as a process, with its ServiceAccount's rights only");
  await operator.start(signal);
  screen.done(`ready as process ${operator.pid}`);
}

async function applySamples(screen: Screen, kubectl: Kubectl): Promise<void> {
  screen.step('Apply the samples; one of them names an app that the cloud does not know');
  await kubectl('apply', '-f', 'deploy/samples');
  const good = ['edgeappversion/blog-1-0-0', 'edgeappversion/shop-1-4-2'];
  await kubectl('wait', '--for=condition=Ready', '--timeout=60s', ...good);
  await kubectl('wait', '--for=condition=Stalled', '--timeout=60s', 'edgeappversion/unknown-app');
}

async function showResults(screen: Screen, kubectl: Kubectl, emulator: Emulator): Promise<void> {
  screen.step('The VersionIds, and the code of the one that was refused');
  await kubectl('get', 'edgeappversions');
  screen.done(`the cloud holds ${emulator.versions().length} versions`);
  screen.step('Why it was refused, and what to do');
  for (const member of ['cause', 'remedy', 'requestId'])
    await kubectl('get', 'edgeappversion', 'unknown-app', '-o', `jsonpath={.status.error.${member}}`);
}

/** Adds the end of the operator's log to what goes wrong while it should do its work. */
async function withLog(operator: OperatorPod, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const lines = (await readFile(operator.logFile, 'utf8')).trimEnd().split('\n').slice(-10);
    throw new Error(`${(error as Error).message}\nThe end of the operator's log:\n${lines.join('\n')}`);
  }
}
