/** What the loader is asked to create, and what it tells of each object. */
import { manifest } from '../../test/support/manifests.ts';

export interface LoadPlan {
  readonly kubeconfig: string;
  readonly namespace: string;
  /** Names are `<prefix>-000000` and so on. */
  readonly prefix: string;
  readonly count: number;
  /** How many objects share an app. */
  readonly objectsPerApp: number;
  /** Objects a second; 0: as fast as the server takes them. */
  readonly ratePerSecond: number;
  /** Creates under way at a time. */
  readonly parallelism: number;
}

/** An object that the API server has taken; times by `nowMs()`. */
export interface Applied {
  /** `namespace/name` */
  readonly key: string;
  readonly sentMs: number;
  readonly answeredMs: number;
  /** As the API server answered; only where whoever started the loader wants it. */
  readonly object?: object;
}

/** What the loader says last. */
export interface LoadEnd {
  /** The share of its time in which the loader's event loop was at work: well below 1 where others were the bottleneck. */
  readonly utilization: number;
}

/** The manifest of the object with this number. */
export function objectAt(
  { prefix, objectsPerApp }: Pick<LoadPlan, 'prefix' | 'objectsPerApp'>,
  index: number,
) {
  return manifest({
    metadata: { name: `${prefix}-${String(index).padStart(6, '0')}` },
    spec: { appId: appIdAt(Math.floor(index / objectsPerApp)) },
  });
}

function appIdAt(index: number): string {
  return `app-8${String(index).padStart(17, '0')}`;
}
