/** How many requests the API server has answered, as it counts them itself. */
import type { KubeTransport } from '../../src/kube/transport.ts';
import type { Counts } from './counts.ts';

/** By `<VERB> <resource>` or `<VERB> <resource>/<subresource>`. A watch counts when it ends. */
export async function readApiRequests(transport: KubeTransport): Promise<Counts> {
  const { status, text } = await transport.send({ method: 'GET', path: '/metrics' });
  if (status !== 200) throw new Error(`GET /metrics: HTTP ${status}: ${text}`);
  return parseApiRequests(text);
}

const sample = /^apiserver_request_total\{(?<labels>.*)\} (?<value>\S+)$/gm;
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** @param metrics in the text format of Prometheus */
export function parseApiRequests(metrics: string): Counts {
  const counts: Record<string, number> = {};
  for (const { groups } of metrics.matchAll(sample)) {
    const labels = Object.fromEntries(
      [...(groups?.labels ?? '').matchAll(label)].map(([, key, value]) => [key, value]),
    );
    if (!labels.resource) continue;
    const name = `${labels.verb} ${labels.resource}${labels.subresource ? `/${labels.subresource}` : ''}`;
    counts[name] = (counts[name] ?? 0) + Number(groups?.value);
  }
  return counts;
}
