import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manifest } from '../support/manifests.ts';
import { brokenRules } from '../support/status-rules.ts';
import { type Installation, install } from './installation.ts';

const names = Array.from({ length: 100 }, (_, index) => `crash-${index + 100}`);
const [late, reserved] = ['late-1-0-0', 'reserved-1-0-0'] as const;
const create = 'CreateEdgeContainerAppVersion';
let shop: Installation;

beforeAll(async () => {
  shop = await install({ emulator: { latencyMs: 50 }, settings: { EDGEAPP_PROPAGATION_MINUTES: '1' } });
});
afterAll(() => shop?.[Symbol.asyncDispose]());

describe('an operator that is killed in the middle of a burst', () => {
  beforeAll(async () => {
    const nameTaken = { kind: 'error', code: 'NameAlreadyExists' } as const;
    shop.emulator.setFault({ action: create, where: { Name: reserved }, answer: nameTaken, count: 'always' });
    await applyNamed(reserved);
    await shop.waitFor('jsonpath={.status.error.code}=NameAlreadyExists', reserved);
    const held = shop.emulator.setFault({ action: create, where: { Name: late }, hold: 'before-commit' });
    const applied = applyNamed(late, ...names);
    await shop.emulator.waitForCall(() => shop.creates().length >= 40);
    expect(await shop.operator.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
    const { number: lastCall } = shop.emulator.calls().at(-1) ?? { number: 0 };
    await applied;
    await shop.operator.start();
    await shop.emulator.waitForCall(({ number, action }) => number > lastCall && action.startsWith('List'));
    shop.emulator.releaseFault(held.id);
  });

  test('finds a create that takes effect only after its restart', async () => {
    await shop.waitFor('condition=Ready', late);
    expect(shop.creates(late)).toHaveLength(1);
  });

  test('creates every object of the burst exactly once', async () => {
    await shop.waitForReady(names.length + 1);
    expect(
      shop
        .creates()
        .map(({ parameters }) => parameters.Name)
        .sort(),
    ).toEqual([...names, late, reserved]);
    expect(shop.emulator.versions()).toHaveLength(names.length + 1);
  });

  test('reports a name as reserved while no version of it is found, after a single create', async () => {
    await shop.waitFor('condition=Stalled', reserved);
    const object = await shop.get(reserved);
    expect(brokenRules(object)).toEqual([]);
    expect(object.status).toMatchObject({ attempts: 1, error: { code: 'NameAlreadyExists' } });
    expect(object.status?.conditions?.[0]).toMatchObject({ reason: 'NameReserved' });
    expect(object.status?.attempt).toBeDefined();
    expect(shop.creates(reserved)).toHaveLength(1);
  });
});

function applyNamed(...all: readonly string[]): Promise<void> {
  return shop.apply(...all.map((name) => manifest({ metadata: { name } })));
}
