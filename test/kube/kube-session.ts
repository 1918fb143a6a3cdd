/** Transports, informers and writes for tests, all closed together. */
import type { KubeConfig } from '@kubernetes/client-node';
import type { Change } from '../../src/api/object-cache.ts';
import type { ObjectClient } from '../../src/api/object-client.ts';
import { createInformer, type Informer, type InformerOptions } from '../../src/kube/informer.ts';
import { createObjectClient } from '../../src/kube/object-client.ts';
import { toObjectPath } from '../../src/kube/resource.ts';
import { createTransport, type KubeTransport, type TransportOptions } from '../../src/kube/transport.ts';
import { systemClock, systemRandom } from '../../src/operator/system-clock.ts';
import { ChangeRecorder } from './change-recorder.ts';
import { LogRecorder } from './log-recorder.ts';
import { aWidget, type Widget, widgetIndexes, widgets } from './widget.ts';

export interface WidgetInformer {
  readonly informer: Informer<Widget>;
  readonly recorder: ChangeRecorder<Widget>;
}

export class KubeSession implements AsyncDisposable {
  readonly log = new LogRecorder();
  readonly transport: KubeTransport;
  readonly client: ObjectClient<Widget>;
  readonly #informers: Informer<Widget>[] = [];

  constructor(kubeConfig: KubeConfig, options: Partial<TransportOptions> = {}) {
    const defaults = { connections: 4, clock: systemClock, random: systemRandom, logger: this.log };
    this.transport = createTransport(kubeConfig, { ...defaults, ...options });
    this.client = createObjectClient({ transport: this.transport, resource: widgets });
  }

  /** An informer of widgets, not started. `onChange` is told before the recorder. */
  createInformer(
    options: Partial<InformerOptions<Widget, Widget>> = {},
    onChange: (change: Change<Widget>) => void = () => {},
  ): WidgetInformer {
    const recorder = new ChangeRecorder<Widget>();
    const informer = createInformer<Widget, Widget>({
      transport: this.transport,
      resource: widgets,
      toCached: (raw) => raw,
      indexes: widgetIndexes,
      clock: systemClock,
      random: systemRandom,
      logger: this.log,
      ...options,
    });
    informer.subscribe(onChange);
    informer.subscribe(recorder.onChange);
    this.#informers.push(informer);
    return { informer, recorder };
  }

  create(name: string, spec?: Partial<Widget['spec']>, finalizers: string[] = []): Promise<Widget> {
    const widget = aWidget(name, spec);
    return this.transport.request({
      method: 'POST',
      path: '/apis/test.example.com/v1/namespaces/default/widgets',
      body: JSON.stringify({ ...widget, metadata: { ...widget.metadata, finalizers } }),
    });
  }

  update(name: string, spec: Partial<Widget['spec']>): Promise<Widget> {
    return this.transport.request({
      method: 'PATCH',
      path: toObjectPath(widgets, { namespace: 'default', name }),
      contentType: 'application/merge-patch+json',
      body: JSON.stringify({ spec }),
    });
  }

  async remove(name: string): Promise<void> {
    await this.transport.request({
      method: 'DELETE',
      path: toObjectPath(widgets, { namespace: 'default', name }),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const informer of this.#informers) informer.stop();
    await this.transport.close();
  }
}
