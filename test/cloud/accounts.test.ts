import { describe, expect, it } from 'vitest';
import type { Account } from '../../src/cloud/account.ts';
import { Accounts } from '../../src/cloud/accounts.ts';
import { getApp } from '../../src/cloud/operations/get-app.ts';
import type { EsaError } from '../../src/core/errors/esa-error.ts';
import { esaError, keyedEsaClient, MemoryEsa, testApp } from '../support/memory-esa.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const refused = esaError('InvalidAccessKeyId.NotFound', { httpStatus: 404 });
const noFile = esaError('InvalidCredentials');
const namespaces = ['shop', 'bank', 'news'] as const;
type Namespace = (typeof namespaces)[number];

/** Namespaces with keys of their own, each key with a cloud of its own that takes every key but the bad ones. */
function setUp() {
  const clock = new VirtualClock();
  const keys = new Map<string, string | EsaError>(namespaces.map((namespace) => [namespace, 'key']));
  const clouds = new Map<string, MemoryEsa>();
  const bad = new Set<string>();
  const cloudOf = (key: string): MemoryEsa => {
    const cloud = clouds.get(key) ?? new MemoryEsa({ clock });
    if (!clouds.has(key))
      cloud.interceptors.push(async (call, next) => {
        const response = await next(call);
        if (bad.has(key)) throw refused;
        return response;
      });
    clouds.set(key, cloud);
    return cloud;
  };
  const keyOf = (namespace: string): string => {
    const key = keys.get(namespace) ?? noFile;
    if (typeof key === 'string') return key;
    throw key;
  };
  const closed: string[] = [];
  const close = async () => void closed.push('connections');
  const esa = { ...keyedEsaClient(keyOf, (key) => cloudOf(key).send), close };
  const accounts = new Accounts({ esa, clock });
  const woken: string[] = [];
  const waiting = new Set<Namespace>();
  accounts.onWake((isAffected, limit) => {
    const affected = [...waiting].filter(isAffected);
    if (affected.length > 0) woken.push(`${limit === 1 ? 'one' : 'all'} of ${affected}`);
    return Math.min(limit, affected.length);
  });
  const callOver = async (namespace: Namespace, account: Promise<Account>) => {
    try {
      const app = await (await account).send(getApp(testApp));
      waiting.delete(namespace);
      return app;
    } catch (error) {
      waiting.add(namespace);
      throw error;
    }
  };
  return {
    clock,
    accounts,
    woken,
    closed,
    keys,
    bad,
    callsWith: (key: string) => cloudOf(key).calls.length,
    callOver,
    call: (namespace: Namespace = 'shop') => callOver(namespace, accounts.of(namespace)),
  };
}

describe('an account whose credential is refused', () => {
  it('lets nobody call, and gives the same error', async () => {
    const { bad, call, callsWith } = setUp();
    bad.add('key');
    await expect(call()).rejects.toBe(refused);
    await expect(call()).rejects.toBe(refused);
    expect(callsWith('key')).toBe(1);
  });

  it('lets one trial through from time to time, more and more rarely', async () => {
    const { bad, call, callsWith, clock, woken } = setUp();
    bad.add('key');
    await expect(call()).rejects.toBe(refused);
    await clock.advance(30_000);
    expect(woken).toEqual(['one of shop']);
    await expect(call()).rejects.toBe(refused);
    await expect(call()).rejects.toBe(refused);
    expect(callsWith('key')).toBe(2);
    await clock.advance(59_000);
    expect(woken).toHaveLength(1);
    await clock.advance(1000 + 120_000 + 240_000 + 300_000 + 300_000);
    expect(woken).toHaveLength(6);
  });

  it('says when the next one is due', async () => {
    const { bad, call, clock, accounts } = setUp();
    const trialInMs = () => accounts.known('shop')?.breaker.trialInMs;
    expect(trialInMs()).toBeUndefined();
    bad.add('key');
    await expect(call()).rejects.toBe(refused);
    await clock.advance(10_000);
    expect(trialInMs()).toBe(20_000);
    await clock.advance(20_000);
    await expect(call()).rejects.toBe(refused);
    expect(trialInMs()).toBe(60_000);
    bad.clear();
    await clock.advance(60_000);
    await expect(call()).resolves.toBeDefined();
    expect(trialInMs()).toBeUndefined();
  });

  it('wakes all when a trial is accepted', async () => {
    const { bad, call, clock, woken } = setUp();
    bad.add('key');
    await expect(call('shop')).rejects.toBe(refused);
    await expect(call('bank')).rejects.toBe(refused);
    bad.clear();
    await clock.advance(30_000);
    await expect(call()).resolves.toBeDefined();
    await expect(call()).resolves.toBeDefined();
    expect(woken).toEqual(['one of shop,bank', 'all of shop,bank']);
    await clock.advance(3_600_000);
    expect(woken).toHaveLength(2);
  });

  it('ends its trials when all are closed with their connections', async () => {
    const { bad, call, clock, woken, accounts, closed } = setUp();
    bad.add('key');
    await expect(call()).rejects.toBe(refused);
    await accounts.close();
    await clock.advance(600_000);
    expect(woken).toEqual([]);
    expect(accounts.size).toBe(0);
    expect(closed).toEqual(['connections']);
  });
});

it('Errors of another kind hold nobody back', async () => {
  const { accounts, call } = setUp();
  const { send } = await accounts.of('shop');
  await expect(send(getApp('app-1'))).rejects.toMatchObject({ code: 'InvalidApp.NotFound' });
  await expect(call()).resolves.toBeDefined();
});

describe('a changed key', () => {
  it('may try at once, and is accepted for all that had the old one', async () => {
    const { bad, call, keys, woken, accounts, clock } = setUp();
    bad.add('key');
    await expect(call('shop')).rejects.toBe(refused);
    await expect(call('bank')).rejects.toBe(refused);
    for (const namespace of namespaces) keys.set(namespace, 'new');
    await expect(call('shop')).resolves.toBeDefined();
    expect(woken).toEqual(['all of shop,bank']);
    await expect(call('bank')).resolves.toBeDefined();
    expect(accounts.size).toBe(2);
    await clock.advance(30_000);
    expect(accounts.size).toBe(1);
    expect(woken).toHaveLength(1);
  });

  it('wakes who was refused with the old one after others have the new one', async () => {
    const { bad, call, callOver, keys, woken, accounts, clock } = setUp();
    const old = accounts.of('shop');
    await old;
    keys.set('shop', 'new').set('bank', 'new');
    await call('shop');
    bad.add('key');
    await expect(callOver('shop', old)).rejects.toBe(refused);
    await clock.advance(30_000);
    await call('bank');
    expect(woken).toEqual(['one of shop', 'all of shop']);
  });

  it('leaves the account of the old one open as long as a namespace has it', async () => {
    const { call, keys, accounts, clock } = setUp();
    await call('shop');
    await call('bank');
    const old = accounts.known('bank');
    keys.set('shop', 'new');
    await call('shop');
    expect(accounts.size).toBe(2);
    expect(await accounts.of('bank')).toBe(old);
    keys.set('bank', 'new');
    await call('bank');
    await clock.advance(10 * 60_000);
    await call('bank');
    expect(accounts.size).toBe(1);
  });
});

it('A credential that cannot be had is looked for, and all wake at the first call that works', async () => {
  const { call, clock, keys, woken } = setUp();
  keys.set('shop', noFile).set('bank', noFile);
  await expect(call('shop')).rejects.toBe(noFile);
  await expect(call('bank')).rejects.toBe(noFile);
  await clock.advance(90_000);
  expect(woken).toEqual(['one of shop,bank', 'one of shop,bank']);
  keys.set('shop', 'key').set('bank', 'key');
  await expect(call('shop')).resolves.toBeDefined();
  expect(woken.slice(2)).toEqual(['all of shop,bank']);
});

it('An account that no namespace asked for in hours is closed', async () => {
  const { call, clock, keys, accounts } = setUp();
  keys.set('bank', 'other');
  await call('shop');
  await call('bank');
  await clock.advance(3_600_000);
  await call('shop');
  expect(accounts.size).toBe(2);
  await clock.advance(3_600_000);
  await call('shop');
  expect(accounts.size).toBe(1);
});

it('Of three accounts a bad one is tried rarely, wakes its own namespace alone, and no other closes its breaker', async () => {
  const { bad, call, callsWith, clock, keys, woken } = setUp();
  for (const namespace of namespaces) keys.set(namespace, `key of ${namespace}`);
  bad.add('key of bank');
  for (let time = 0; time < 50; time += 1) {
    await call('shop');
    await call('news');
    await expect(call('bank')).rejects.toBe(refused);
  }
  expect(callsWith('key of bank')).toBe(1);
  expect(woken).toEqual([]);
  await clock.advance(30_000);
  expect(woken).toEqual(['one of bank']);
  bad.clear();
  await call('shop');
  await call('bank');
  expect(woken).toEqual(['one of bank', 'all of bank']);
});
