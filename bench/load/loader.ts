/** The thread that creates objects: many creates at a time on connections of its own, and nothing else to do. */
import { parentPort, workerData } from 'node:worker_threads';
import { apiVersion, plural } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import type { KubeTransport } from '../../src/kube/transport.ts';
import { systemClock } from '../../src/operator/system-clock.ts';
import { connectApi } from '../api-connection.ts';
import { nowMs } from '../clock.ts';
import { type Applied, type LoadEnd, type LoadPlan, objectAt } from './load-plan.ts';

const { plan, wantsObjects } = workerData as { readonly plan: LoadPlan; readonly wantsObjects: boolean };

const transport = connectApi(plan.kubeconfig, plan.parallelism);
let nextIndex = 0;
const startMs = nowMs();
const before = performance.eventLoopUtilization();
await Promise.all(Array.from({ length: plan.parallelism }, () => createSome(transport)));
await transport.close();
const end: LoadEnd = { utilization: performance.eventLoopUtilization(before).utilization };
parentPort?.postMessage(end);

async function createSome(transport: KubeTransport): Promise<void> {
  for (let index = nextIndex++; index < plan.count; index = nextIndex++) {
    if (plan.ratePerSecond > 0) {
      await systemClock.sleep(startMs + (index * 1000) / plan.ratePerSecond - nowMs());
    }
    const object = objectAt(plan, index);
    const path = `/apis/${apiVersion}/namespaces/${plan.namespace}/${plural}?fieldManager=bench`;
    const sentMs = nowMs();
    const { status, text } = await transport.send({ method: 'POST', path, body: JSON.stringify(object) });
    if (status !== 201) throw new Error(`POST ${path}: HTTP ${status}: ${text}`);
    const key = `${plan.namespace}/${object.metadata.name}`;
    const applied: Applied = {
      key,
      sentMs,
      answeredMs: nowMs(),
      ...(wantsObjects && { object: JSON.parse(text) }),
    };
    parentPort?.postMessage(applied);
  }
}
