import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { group } from '../../src/api/group.ts';
import {
  type CachedVersion,
  isLive,
  targetOf,
  toCached,
} from '../../src/kinds/edge-app-version/cached-version.ts';
import {
  type EdgeAppVersion,
  kind,
  plural,
  version,
} from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { createInformer } from '../../src/kube/informer.ts';
import { systemClock, systemRandom } from '../../src/operator/system-clock.ts';
import { eventually } from '../support/eventually.ts';
import { edgeAppVersion } from '../support/manifests.ts';
import { KubeSession } from './kube-session.ts';
import { type Answer, json, RawApiServer } from './raw-api-server.ts';
import { bookmark, streamingRefused } from './watch-script.ts';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;
const megabyte = 2 ** 20;

function heapBytes(): number {
  gc();
  gc();
  return process.memoryUsage().heapUsed;
}

const count = 165;

/** What one editor may write: a megabyte that the operator never needs, in an object that waits. */
function largeObject(index: number, note: string): EdgeAppVersion {
  return edgeAppVersion({
    metadata: {
      name: `large-${index}`,
      uid: `uid-${index}`,
      resourceVersion: String(index + 1),
      annotations: { note },
    },
    spec: { suspend: true },
  });
}

/** Sends one object after the other, so that the server itself holds one at a time. */
const streamed: Answer = (response) => {
  const note = 'x'.repeat(megabyte);
  let index = 0;
  const send = (): void => {
    while (index < count) {
      const event = { type: 'ADDED', object: largeObject(index++, note) };
      if (!response.write(`${JSON.stringify(event)}\n`)) return;
    }
    response.off('drain', send);
    response.write(`${JSON.stringify(bookmark(999, { 'k8s.io/initial-events-end': 'true' }))}\n`);
  };
  response.writeHead(200).on('drain', send);
  send();
};

const inPages: Answer = (response, request) => {
  const { query } = request;
  if (query.has('sendInitialEvents')) return streamingRefused(response, request);
  if (query.has('watch')) return void response.writeHead(200).flushHeaders();
  const note = 'x'.repeat(megabyte);
  const start = Number(query.get('continue') ?? 0);
  const end = Math.min(start + Number(query.get('limit')), count);
  // More would be too large for the other side anyway.
  const items = Array.from({ length: Math.min(end - start, 10) }, (_, index) =>
    largeObject(start + index, note),
  );
  const metadata = { resourceVersion: '999', ...(end < count && { continue: String(end) }) };
  json(200, { metadata, items })(response, request);
};

it.each([
  ['streamed', streamed],
  ['listed in pages', inPages],
])(`${count} waiting objects of a megabyte that are %s take no megabyte each`, async (_, answer) => {
  await using server = await RawApiServer.start(answer);
  await using session = new KubeSession(server.kubeConfig());
  const informer = createInformer<EdgeAppVersion, CachedVersion>({
    transport: session.transport,
    resource: { group, version, plural, kind },
    toCached,
    indexes: { target: targetOf },
    clock: systemClock,
    random: systemRandom,
    logger: session.log,
  });
  const before = heapBytes();
  try {
    await informer.start();
    expect(informer.cache.size).toBe(count);
    expect([...informer.cache.values()].filter(isLive)).toEqual([]);
    await eventually(() => expect(heapBytes() - before).toBeLessThan(20 * megabyte));
  } finally {
    informer.stop();
  }
});
