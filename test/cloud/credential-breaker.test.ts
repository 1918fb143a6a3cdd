import { describe, expect, it } from 'vitest';
import { withCredentialBreaker } from '../../src/cloud/credential-breaker.ts';
import type { EsaApi } from '../../src/cloud/esa-api.ts';
import { esaError, MemoryEsa, testApp } from '../support/memory-esa.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const refused = esaError('InvalidAccessKeyId.NotFound', { httpStatus: 404 });
const noFile = esaError('InvalidCredentials');

function setUp() {
  const clock = new VirtualClock();
  const stopping = new AbortController();
  const told: string[] = [];
  const esa = new MemoryEsa({ clock });
  let source: EsaApi | typeof noFile = esa;
  const breaker = withCredentialBreaker(
    {
      connect: async () => {
        if (source instanceof Error) throw source;
        return source;
      },
    },
    {
      clock,
      signal: stopping.signal,
      onProbe: () => told.push('probe'),
      onAccepted: () => told.push('accepted'),
    },
  );
  const use = (next: typeof source): void => {
    source = next;
  };
  const call = async () => (await breaker.connect('shop')).getApp(testApp);
  return { clock, stopping, told, breaker, call, esa, use };
}

describe('the credential breaker', () => {
  it('lets nobody call after a refusal, and says the same error', async () => {
    const { esa, call } = setUp();
    esa.failNext('getApp', { kind: 'before', error: refused });
    await expect(call()).rejects.toBe(refused);
    await expect(call()).rejects.toBe(refused);
    expect(esa.calls).toHaveLength(1);
  });

  it('stays shut after errors of another kind', async () => {
    const { esa, call } = setUp();
    const error = esaError('InvalidApp.NotFound', { httpStatus: 404 });
    esa.failNext('getApp', { kind: 'before', error });
    await expect(call()).rejects.toBe(error);
    await expect(call()).resolves.toBeDefined();
  });

  it('lets one probe through from time to time, more and more rarely', async () => {
    const { esa, call, clock, told } = setUp();
    for (let i = 0; i < 9; i++) esa.failNext('getApp', { kind: 'before', error: refused });
    await expect(call()).rejects.toBe(refused);
    await clock.advance(30_000);
    expect(told).toEqual(['probe']);
    await expect(call()).rejects.toBe(refused);
    await expect(call()).rejects.toBe(refused);
    expect(esa.calls).toHaveLength(2);
    await clock.advance(59_000);
    expect(told).toEqual(['probe']);
    await clock.advance(1000 + 120_000 + 240_000 + 300_000 + 300_000);
    expect(told).toHaveLength(6);
  });

  it('says when the next one is due', async () => {
    const { esa, call, clock, breaker } = setUp();
    expect(breaker.trialInMs()).toBeUndefined();
    for (let i = 0; i < 2; i++) esa.failNext('getApp', { kind: 'before', error: refused });
    await expect(call()).rejects.toBe(refused);
    await clock.advance(10_000);
    expect(breaker.trialInMs()).toBe(20_000);
    await clock.advance(20_000);
    await expect(call()).rejects.toBe(refused);
    expect(breaker.trialInMs()).toBe(60_000);
    await clock.advance(60_000);
    await expect(call()).resolves.toBeDefined();
    expect(breaker.trialInMs()).toBeUndefined();
  });

  it('closes and tells everybody when a probe is taken', async () => {
    const { esa, call, clock, told } = setUp();
    esa.failNext('getApp', { kind: 'before', error: refused });
    await expect(call()).rejects.toBe(refused);
    await clock.advance(30_000);
    await expect(call()).resolves.toBeDefined();
    await expect(call()).resolves.toBeDefined();
    expect(told).toEqual(['probe', 'accepted']);
    await clock.advance(3_600_000);
    expect(told).toHaveLength(2);
  });

  it('lets a new credential try at once', async () => {
    const { esa, call, clock, told, use } = setUp();
    esa.failNext('getApp', { kind: 'before', error: refused });
    await expect(call()).rejects.toBe(refused);
    use(new MemoryEsa({ clock }));
    await expect(call()).resolves.toBeDefined();
    expect(told).toEqual(['accepted']);
  });

  it('probes for a credential that could not be had, and closes at the first call that works', async () => {
    const { esa, call, clock, told, use } = setUp();
    use(noFile);
    await expect(call()).rejects.toBe(noFile);
    await clock.advance(90_000);
    expect(told).toEqual(['probe', 'probe']);
    use(esa);
    await expect(call()).resolves.toBeDefined();
    expect(told).toEqual(['probe', 'probe', 'accepted']);
  });

  it('ends its probes when it is told to stop', async () => {
    const { esa, call, clock, told, stopping } = setUp();
    esa.failNext('getApp', { kind: 'before', error: refused });
    await expect(call()).rejects.toBe(refused);
    stopping.abort();
    await clock.advance(600_000);
    expect(told).toEqual([]);
  });
});
