import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findBinary } from './binaries.ts';
import { findFreePort } from './free-port.ts';
import { etcdSpec } from './program-specs.ts';
import { startOnFreePort } from './start-on-free-port.ts';
import { SupervisedFolder } from './supervised-folder.ts';

test('a port that another process took in the meantime is replaced by another', async () => {
  await using folder = await SupervisedFolder.create(join(tmpdir(), 'free-port-test-'));
  const command = await findBinary('etcd');
  const peerPort = await findFreePort();
  const tried: number[] = [];
  const taken = createServer();
  const [program, port] = await startOnFreePort(folder, undefined, async (clientPort) => {
    if (tried.push(clientPort) === 1) await once(taken.listen(clientPort, '127.0.0.1'), 'listening');
    return etcdSpec({ command, folder: folder.path, clientPort, peerPort, durable: false });
  });
  taken.close();
  expect(tried).toHaveLength(2);
  expect(port).toBe(tried[1]);
  expect(program.pid).toBeGreaterThan(0);
});
