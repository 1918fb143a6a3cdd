/**
 * The operator as it is commonly written in TypeScript: client-node's informer and API classes as they come, and a queue
 * of a few lines. It follows the same protocol by the same pure functions, and calls the cloud by the same client.
 */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { CoordinationV1Api, CustomObjectsApi, KubeConfig } from '@kubernetes/client-node';
import { environmentCredentials } from '../../../src/esa/credentials.ts';
import { createEsaClient } from '../../../src/esa/esa-client.ts';
import { systemClock } from '../../../src/operator/system-clock.ts';
import { createLogger } from '../../../src/telemetry/logger.ts';
import { workers } from '../../systems/system.ts';
import { Leader } from './leader.ts';
import { Reconciler } from './reconciler.ts';
import { watchVersions } from './watch-versions.ts';
import { WorkQueue } from './work-queue.ts';

const text = { type: 'string', default: '' } as const;
const { values } = parseArgs({
  options: { 'esa-endpoint': text, 'owner-id': text, 'health-bind-address': text },
});
const logger = createLogger({ level: 'info' });
const kubeConfig = new KubeConfig();
kubeConfig.loadFromDefault();
const custom = kubeConfig.makeApiClient(CustomObjectsApi);
const esa = createEsaClient({
  endpoint: new URL(values['esa-endpoint']),
  callTimeoutMs: 5_000,
  clock: systemClock,
  credentials: environmentCredentials({
    accessKeyId: process.env.ALIBABA_CLOUD_ACCESS_KEY_ID,
    accessKeySecret: process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
  }),
});

const leader = new Leader(kubeConfig.makeApiClient(CoordinationV1Api), () => {
  logger.error({}, 'The lease was lost');
  process.exit(1);
});
const cache = watchVersions(kubeConfig, custom, {
  onChange: (key) => queue.add(key),
  onError: (error) => logger.warn({ error }, 'The informer stopped; starting it again'),
});
const reconciler = new Reconciler({
  get: (key) => cache.get(key),
  custom,
  send: esa.sendWith(await esa.credentialFor('')),
  ownerId: values['owner-id'],
  isLeader: () => leader.isHeld,
  logger,
});
const queue = new WorkQueue(workers, (key) => reconciler.reconcile(key), logger);

let isReady = false;
const [host, port] = values['health-bind-address'].split(':');
const health = createServer((_request, response) => {
  response.statusCode = isReady ? 200 : 503;
  response.end();
}).listen(Number(port), host);

await cache.start();
isReady = true;
await Promise.race([leader.acquire().then(() => queue.start()), once(process, 'SIGTERM')]);
if (leader.isHeld) await once(process, 'SIGTERM');
await queue.stop();
await leader.release();
health.close();
process.exit();
