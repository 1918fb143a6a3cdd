import { describe, expect, it } from 'vitest';
import { ChangeRecorder } from '../kube/change-recorder.ts';
import { describeObjectStore } from '../kube/object-store-contract.ts';
import { aWidget, type Widget, widgetIndexes } from '../kube/widget.ts';
import { createMemoryObjectStore } from './memory-object-store.ts';

function createWidgetStore() {
  return createMemoryObjectStore<Widget>({
    indexes: widgetIndexes,
    validate: ({ status }) => ((status?.phase?.length ?? 0) > 20 ? 'status.phase: Too long' : undefined),
  });
}

describeObjectStore('the store in memory', async () => {
  const store = createWidgetStore();
  const recorder = new ChangeRecorder<Widget>();
  store.onChange(recorder.onChange);
  return {
    client: store.client,
    cache: store.cache,
    recorder,
    create: async (name, spec, finalizers = []) => {
      const widget = aWidget(name, spec);
      return store.create({ ...widget, metadata: { ...widget.metadata, finalizers } });
    },
    update: async (name, spec) => {
      const stored = store.stored(`default/${name}`) as Widget;
      return store.update({ ...stored, spec: { ...stored.spec, ...spec } });
    },
    remove: async (name) => store.remove(`default/${name}`),
    close: async () => {},
  };
});

describe('a paused delivery', () => {
  it('holds the cache back while the stored objects go on, and then delivers all in order', async () => {
    const store = createWidgetStore();
    const recorder = new ChangeRecorder<Widget>();
    store.onChange(recorder.onChange);
    store.create(aWidget('a'));
    store.pauseDelivery();
    store.create(aWidget('b'));
    store.remove('default/a');
    expect(store.cache.get('default/a')).toBeDefined();
    expect(store.cache.get('default/b')).toBeUndefined();
    expect(await store.client.read({ namespace: 'default', name: 'a' })).toBeUndefined();
    store.resumeDelivery();
    expect(recorder.summary).toEqual(['+default/a', '+default/b', '-default/a']);
  });
});
