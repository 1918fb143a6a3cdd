import { expect, test } from 'vitest';
import { defaultPacking } from '../../../../src/kinds/edge-app-version/request/packing.ts';
import { packingProblems } from '../../../../src/kinds/edge-app-version/request/packing-problems.ts';
import { versionWith } from '../arbitrary-version.ts';

const object = versionWith({
  appId: 'app-880688675783790001',
  containers: [
    {
      name: 'plain',
      image: 'web:1',
      spec: '1C2G',
      args: ['--port', '8080'],
      probe: { tcpSocket: { port: 80 } },
    },
    {
      name: 'blanks',
      image: 'web:1',
      spec: '1C2G',
      command: ['/bin/my server'],
      args: ['-c', 'echo hi'],
      postStart: ['sh', '-c', 'echo hi'],
      preStop: ['sleep 5'],
      probe: { exec: { command: ['test', '-f', 'my file'] } },
    },
  ],
});

const inCommands = [
  'spec.containers[1].command[0]',
  'spec.containers[1].args[1]',
  'spec.containers[1].probe.exec.command[2]',
];
const inHooks = ['spec.containers[1].postStart[2]', 'spec.containers[1].preStop[0]'];

test.each([
  [{ blanksInCommands: 'quote', blanksInHooks: 'quote' }, []],
  [defaultPacking, inCommands],
  [{ blanksInCommands: 'quote', blanksInHooks: 'refuse' }, inHooks],
  [{ blanksInCommands: 'refuse', blanksInHooks: 'refuse' }, [...inCommands, ...inHooks]],
] as const)('under %j the parts %j are refused', (packing, paths) => {
  expect(packingProblems(object, packing).map(({ path }) => path)).toEqual(paths);
});

test('a problem says what must hold and which setting turns it', () => {
  const [command] = packingProblems(object, defaultPacking);
  const [hook] = packingProblems(object, { blanksInCommands: 'quote', blanksInHooks: 'refuse' });
  expect(command?.message).toMatch(/must not hold a blank.*--blanks-in-commands=quote/);
  expect(hook?.message).toMatch(/must not hold a blank.*--blanks-in-hooks=quote/);
});
