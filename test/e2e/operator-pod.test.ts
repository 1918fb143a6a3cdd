import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { type Manifest, only, render } from '../deploy/render.ts';
import { esaEndpoint, installCommands, overlay } from './installation.ts';
import { OperatorPod } from './operator-pod.ts';

let controlPlane: ControlPlane;
let rendered: readonly Manifest[];

beforeAll(async () => {
  controlPlane = await startControlPlane();
  for (const command of installCommands) await controlPlane.kubectl(command);
  rendered = (await render(overlay)).manifests;
});
afterAll(() => controlPlane?.stop());

const mistakes: { title: string; change: (container: Manifest, pod: Manifest) => void; problem: RegExp }[] = [
  {
    title: 'an argument',
    change: (container) => container.args.push('--concurency=5'),
    problem: /--concurency is no flag/,
  },
  {
    title: 'the name of a variable',
    change: (container) => {
      container.env[0].name += 'ECTORY';
    },
    problem: /EDGEAPP_CREDENTIALS_DIRECTORY is no setting/,
  },
  {
    title: 'the name of the settings',
    change: (container) => container.envFrom.pop(),
    problem: /EDGEAPP_OWNER_ID must be set/,
  },
  {
    title: 'the name of the Secret',
    change: (_, pod) => {
      pod.volumes[0].secret.secretName = 'edgeapp-credential';
    },
    problem: /secrets "edgeapp-credential" not found/,
  },
];
test.for(mistakes)('a mistake in the Deployment is one here too: $title', async ({ change, problem }) => {
  const manifests = structuredClone(rendered);
  const pod = only(manifests, 'Deployment').spec.template.spec;
  change(pod.containers[0], pod);
  const hosts = { [esaEndpoint]: 'http://127.0.0.1:9' };
  const start = async () => {
    await using operator = await OperatorPod.create({ controlPlane, manifests, hosts });
    await operator.start();
  };
  await expect(start()).rejects.toThrow(problem);
});
