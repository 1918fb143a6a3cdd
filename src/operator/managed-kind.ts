/** One kind at work: its informer, the check of its served schema, and its controller. */
import type { KubeObject } from '../api/kube-object.ts';
import type { ObjectClient } from '../api/object-client.ts';
import type { Accounts } from '../cloud/accounts.ts';
import type { Config } from '../config/config.ts';
import type { Logger } from '../core/logger.ts';
import { createInformer, type Informer } from '../kube/informer.ts';
import { createObjectClient } from '../kube/object-client.ts';
import { ServedSchema } from '../kube/served-schema.ts';
import type { KubeTransport } from '../kube/transport.ts';
import type { Leadership } from '../runtime/election/leadership.ts';
import type { Kind } from '../runtime/kind.ts';
import type { KindController } from '../runtime/kind-controller.ts';
import type { ReconciledObject } from '../runtime/reconcile-object.ts';
import type { References } from '../runtime/references.ts';
import { loadSchema } from './load-crd.ts';
import { systemClock as clock, systemRandom as random } from './system-clock.ts';

export interface ManagedKind {
  readonly kind: string;
  /** The kinds whose changes wake its objects. */
  readonly wokenBy: ReadonlySet<string>;
  readonly informer: Informer<KubeObject>;
  readonly controller: KindController;
}

/** What all kinds share. */
export interface SharedParts {
  readonly config: Config;
  readonly transport: KubeTransport;
  readonly accounts: Accounts;
  readonly leadership: Leadership;
  /** Gets the objects of each kind that is managed. */
  readonly references: References;
  readonly wrap: <O extends ReconciledObject>(client: ObjectClient<O>) => ObjectClient<O>;
  readonly logger: Logger;
}

/** Nothing begins before the informer and the controller are started. */
export function manageKind<O extends ReconciledObject, C extends KubeObject>(
  kind: Kind<O, C, Pick<SharedParts, 'accounts' | 'config'>>,
  { config, transport, accounts, leadership, references, wrap, logger }: SharedParts,
): ManagedKind {
  const kubeLogger = logger.child({ logger: 'kube' });
  const { namespace, concurrency } = config;
  const { toCached, indexes, neededFields } = kind;
  const informer = createInformer<O, C>({
    transport,
    resource: kind,
    ...(namespace && { namespace }),
    toCached,
    indexes,
    // A CRD that is replaced ends its watches.
    onWatching: () => void schema.check(),
    clock,
    random,
    logger: kubeLogger,
  });
  const schema = new ServedSchema({
    transport,
    resource: kind,
    needed: neededFields,
    logger: kubeLogger,
    onComplete: () => controller.schemaCompleted(),
  });
  const client = wrap(createObjectClient<O>({ transport, resource: kind }));
  references.add(kind.kind, client);
  const controller = kind.createController({
    config,
    cache: informer.cache,
    client,
    accounts,
    leadership,
    references,
    schema: loadSchema(kind),
    missingFields: () => schema.missing,
    concurrency,
    clock,
    random,
    logger: logger.child({ logger: 'controller' }),
  });
  const wokenBy = new Set(kind.wakes.map((wake) => wake.kind));
  return { kind: kind.kind, wokenBy, informer, controller };
}
