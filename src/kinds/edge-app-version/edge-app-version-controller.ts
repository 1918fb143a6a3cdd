/** The controller of EdgeAppVersion. */
import { toKey } from '../../api/kube-object.ts';
import { createKindController, type KindController } from '../../runtime/kind-controller.ts';
import { holds, isSettled, waitsForCredentials, waitsForSchema } from './cached-version.ts';
import { edgeAppVersionDescriptor } from './descriptor.ts';
import type { Dependencies } from './pass.ts';
import { type ProtocolRules, protocolRules } from './protocol-rules.ts';
import { createVersionReconciler } from './reconciler.ts';

export interface EdgeAppVersionControllerOptions extends Omit<Dependencies, 'rules'> {
  /** How many objects are worked on at a time. */
  readonly concurrency: number;
  /** Only tests put others in. */
  readonly rules?: ProtocolRules;
}

export function createEdgeAppVersionController(options: EdgeAppVersionControllerOptions): KindController {
  const { cache, accounts, settings } = options;
  const reconciler = createVersionReconciler({ rules: protocolRules, ...options });
  const controller = createKindController({
    ...options,
    kind: edgeAppVersionDescriptor,
    recorder: reconciler.recorder,
    reconcile: (key, signal) => reconciler.reconcile(key, signal),
    isDue: (cached, isVerifying) => isVerifying || settings.verifyIntervalMs > 0 || !isSettled(cached),
    verifyAll: (onVerified) => reconciler.verifyAll(cache.values().filter(holds).map(toKey), onVerified),
    waitsForSchema,
  });
  accounts.onWake((isAffected, limit) =>
    controller.wake((cached) => waitsForCredentials(cached) && isAffected(cached.metadata.namespace), limit),
  );
  return controller;
}
