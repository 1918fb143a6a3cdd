/** Every port that the program opens, against whatever may be sent to it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EdgeappProcess } from '../cli/edgeapp-process.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { type RawRequest, rawRequests, unfinished } from './raw-requests.ts';

/** Nothing listens on the discard port: the operator waits for its API server, and its health port answers. */
const kubeconfig = `
apiVersion: v1
kind: Config
clusters: [{name: nowhere, cluster: {server: "http://127.0.0.1:9"}}]
users: [{name: someone, user: {token: some-token}}]
contexts: [{name: here, context: {cluster: nowhere, user: someone}}]
current-context: here
`;
const env = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'some-key-id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'some-secret' };

interface Port {
  readonly process: EdgeappProcess;
  readonly number: number;
  /** What is asked to see that it still answers, and how it does. */
  readonly path: string;
  readonly status: number;
}

const ports = new Map<string, Port>();
const started = new AsyncDisposableStack();

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'edgeapp-ports-'));
  started.defer(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'config'), kubeconfig);
  const flags = ['--esa-endpoint', 'http://127.0.0.1:9', '--owner-id', 'test', '--kubeconfig'];
  const health = ['--health-bind-address', '127.0.0.1:0'];
  const operator = started.use(
    new EdgeappProcess({ args: ['run', ...flags, join(folder, 'config'), ...health], env }),
  );
  const listen = ['--listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0'];
  const emulator = started.use(new EdgeappProcess({ args: ['emulator', ...listen] }));
  const [, healthPort] = await operator.printed(/"healthPort":(\d+)/);
  const [, api, admin] = await emulator.printed(
    /answers at http:\S+:(\d+), its controls at http:\S+:(\d+)\./,
  );
  ports.set('health', { process: operator, number: Number(healthPort), path: '/healthz', status: 200 });
  ports.set('API', { process: emulator, number: Number(api), path: '/', status: 400 });
  ports.set('admin', { process: emulator, number: Number(admin), path: '/switches', status: 200 });
});
afterAll(() => started.disposeAsync());

/** Sends it and waits for an answer or the end of the connection, unless the client is to leave before. */
async function send(port: Port, { bytes, afterwards }: RawRequest): Promise<void> {
  using connection = new RawConnection(port.number);
  connection.send(Buffer.from(bytes, 'latin1'));
  if (afterwards === 'reset') return connection.reset();
  if (afterwards === 'half-close') connection.halfClose();
  await connection.match(/^HTTP\/1\.1 [2-5]\d\d /m);
}

async function stillAnswers({ number, path, status }: Port): Promise<void> {
  expect((await fetch(`http://127.0.0.1:${number}${path}`)).status).toBe(status);
}

const onEveryPort = <T>(action: (port: Port) => Promise<T>) => Promise.all([...ports.values()].map(action));

describe('every port', () => {
  test.concurrent.each(rawRequests)('outlives $name', async (request) => {
    await onEveryPort((port) => send(port, request));
    await onEveryPort(stillAnswers);
  });

  test.concurrent('ends connections whose request never ends', async () => {
    await onEveryPort(({ number }) =>
      Promise.all(unfinished.map((bytes) => new RawConnection(number).send(bytes).closed)),
    );
    await onEveryPort(stillAnswers);
  });
});

test.each(['health', 'API', 'admin'])(
  'the %s port gets over more connections than it holds',
  async (name) => {
    const port = ports.get(name) as Port;
    const silent = Array.from({ length: 1_100 }, () => new RawConnection(port.number));
    if (name === 'health') await stillAnswers(port);
    // The kept ones would wait for their time limit.
    await Promise.race(silent.map(({ closed }) => closed));
    for (const connection of silent) connection[Symbol.dispose]();
    await stillAnswers(port);
  },
);
