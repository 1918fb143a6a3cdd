import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutManagedFields, withoutManagedFields } from '../../src/kube/managed-fields.ts';

/** Texts that look like what is cut, or like where the cut begins or ends. */
const trap = fc.constantFrom(
  '"managedFields":[',
  '"managedFields":[{}],"name":"',
  '}],"name":"x"',
  '"uid":"',
  '"metadata":{',
  '\\"',
  ']',
);
const text = fc.oneof(
  trap,
  fc.string({ unit: 'binary' }),
  fc.tuple(trap, fc.string(), trap).map((parts) => parts.join('')),
);
const strings = fc.dictionary(fc.oneof(text, fc.constantFrom('managedFields', 'name', 'uid')), text);
const entry = fc.record({
  manager: text,
  operation: text,
  fieldsV1: fc.dictionary(text, fc.record({ 'f:name': fc.constant({}) })),
});
const managedFields = fc.array(entry, { minLength: 1 });
const objects = fc.record({
  apiVersion: fc.constant('example.com/v1'),
  kind: fc.constant('Widget'),
  metadata: fc.record(
    {
      annotations: strings,
      finalizers: fc.array(text),
      labels: strings,
      managedFields,
      name: text,
      ownerReferences: fc.array(fc.record({ name: text, uid: text })),
      resourceVersion: text,
      uid: text,
    },
    { requiredKeys: ['name', 'resourceVersion', 'uid'] },
  ),
  spec: fc.record({ args: fc.array(strings), managedFields, name: text, uid: text }, { requiredKeys: [] }),
});

describe('cutManagedFields', () => {
  it('leaves out nothing but the managed fields of the metadata', () => {
    fc.assert(
      fc.property(objects, (object) => {
        const { managedFields: _, ...metadata } = object.metadata;
        const event = { object: sorted(object), type: 'ADDED' };
        const cut = JSON.parse(cutManagedFields(JSON.stringify(event)));
        expect({ ...cut, object: withoutManagedFields(cut.object) }).toEqual({
          ...event,
          object: { ...object, metadata },
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it('cuts them out of an event as the API server sends it', () => {
    const metadata = {
      generation: 1,
      managedFields: [{ manager: 'kubectl', operation: 'Apply' }],
      name: 'a',
      uid: '1',
    };
    const event = { object: { apiVersion: 'example.com/v1', kind: 'Widget', metadata }, type: 'ADDED' };
    const { managedFields: _, ...left } = metadata;
    const lean = { ...event, object: { ...event.object, metadata: left } };
    expect(cutManagedFields(JSON.stringify(event))).toBe(JSON.stringify(lean));
  });

  it('leaves an object as it is whose members are not in the order of their names', () => {
    const metadata = { name: 'a', uid: '1', managedFields: [{ manager: 'kubectl' }] };
    const json = JSON.stringify({ metadata, spec: { containers: [{ args: [{ x: 1 }], name: 'web' }] } });
    expect(cutManagedFields(json)).toBe(json);
  });

  it('leaves as it is what stands before the metadata', () => {
    const json = JSON.stringify({
      data: { managedFields: [{}], name: 'a' },
      metadata: { name: 'b', uid: '1' },
    });
    expect(cutManagedFields(json)).toBe(json);
  });
});

/** As the API server writes it. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
