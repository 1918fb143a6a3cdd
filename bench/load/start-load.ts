/** Runs the loader in a thread of its own. */
import { Worker } from 'node:worker_threads';
import type { Applied, LoadEnd, LoadPlan } from './load-plan.ts';

export interface LoadListeners {
  /** Called for each object the API server has taken. */
  readonly onApplied: (applied: Applied) => void;
  /** Whether `Applied` carries the object. */
  readonly wantsObjects: boolean;
}

/** Resolves when every object is created. @throws Error when the API server refuses one */
export async function startLoad(
  plan: LoadPlan,
  { onApplied, wantsObjects }: LoadListeners,
): Promise<LoadEnd> {
  const worker = new Worker(new URL('./loader.ts', import.meta.url), { workerData: { plan, wantsObjects } });
  const { promise, resolve, reject } = Promise.withResolvers<LoadEnd>();
  worker.on('message', (message: Applied | LoadEnd) => {
    if ('key' in message) onApplied(message);
    else resolve(message);
  });
  worker.once('error', reject);
  worker.once('exit', (code) => reject(new Error(`the loader ended with exit code ${code}`)));
  return promise;
}
