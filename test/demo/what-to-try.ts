/** What --keep leaves a visitor with: how to reach it, and what is worth trying. */
import { dirname, join } from 'node:path';
import { styleText } from 'node:util';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { findBinary } from '../control-plane/binaries.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { appId } from '../e2e/installation.ts';
import type { OperatorPod } from '../e2e/operator-pod.ts';

export interface Running {
  /** Of a user who may do everything, in the namespace of the samples. */
  readonly kubeconfig: string;
  readonly controlPlane: ControlPlane;
  readonly emulator: Emulator;
  readonly operator: OperatorPod;
}

export async function whatToTry({ kubeconfig, controlPlane, emulator, operator }: Running): Promise<string> {
  const correction = JSON.stringify({ spec: { appId } });
  const fault = JSON.stringify({
    action: 'CreateEdgeContainerAppVersion',
    commit: true,
    answer: { kind: 'error', code: 'InternalError' },
  });
  return `
${heading('It runs until Ctrl+C. In another terminal, in this folder:')}
  export KUBECONFIG=${kubeconfig}
  export PATH=${dirname(await findBinary('kubectl'))}:$PATH

${heading('Look around')}
  kubectl get eav --watch
  kubectl describe eav unknown-app
  kubectl explain eav.spec.containers.probe

${heading('Correct what was refused: it becomes Ready by itself')}
  kubectl patch eav unknown-app --type=merge -p '${correction}'

${heading('Create one under a generated name, as a release job does')}
  kubectl create -f deploy/samples/release-job/version.yaml

${heading('Let the cloud make a version and lose the answer: still one version, and its id')}
  curl -d '${fault}' ${emulator.adminUrl}/faults
  sed 's/1-0-0/1-0-1/; s/1\\.0\\.0/1.0.1/' deploy/samples/minimal.yaml | kubectl apply -f -
  curl ${emulator.adminUrl}/calls/summary

${heading('Logs')}
  tail -f ${operator.logFile}
  ls ${join(controlPlane.folder, '*.log')}`;
}

function heading(text: string): string {
  return styleText('bold', text);
}
