/** A client with test keys for a server on loopback, and what sends its calls. */

import { expect } from 'vitest';
import type { Send } from '../../src/cloud/call.ts';
import type { EsaClient } from '../../src/cloud/esa-client.ts';
import { EsaError } from '../../src/core/errors/esa-error.ts';
import { environmentCredentials } from '../../src/esa/credentials.ts';
import { createEsaClient, type EsaClientOptions } from '../../src/esa/esa-client.ts';
import { systemClock } from '../../src/operator/system-clock.ts';

/** For a call that must miss its deadline, but only after it was sent: a busy machine may take seconds for that. */
export const shortLimitMs = 3_000;

export const keys = { accessKeyId: 'test-key-id-7731', accessKeySecret: 'test-key-secret-9942' };

export function clientFor(url: string, options: Partial<EsaClientOptions> = {}): EsaClient {
  const credentials = environmentCredentials(keys);
  const endpoint = new URL(url);
  return createEsaClient({ endpoint, callTimeoutMs: 30_000, clock: systemClock, credentials, ...options });
}

export async function connect(url: string, options: Partial<EsaClientOptions> = {}): Promise<Send> {
  const client = clientFor(url, options);
  return client.sendWith(await client.credentialFor('shop'));
}

/** The EsaError that a call ends with; anything else fails the test. */
export async function errorOf(call: Promise<unknown>): Promise<EsaError> {
  const error = await call.then(
    () => new Error('the call succeeded'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EsaError);
  return error as EsaError;
}

export const request = {
  AppId: 'app-880688675783790001',
  Name: 'web-1.4.2',
  Remarks: 'first release',
  Containers: [
    {
      Command: '/bin/server',
      EnvVariables: 'MODE=prod,LEVEL=2',
      Image: 'registry.example.com/team/web:1.4.2',
      IsACRImage: false,
      Name: 'web',
      ProbeContent: {
        FailureThreshold: 3,
        HttpHeaders: '[{"X-Probe":"1"}]',
        InitialDelaySeconds: 5,
        Path: '/healthz',
        PeriodSeconds: 10,
        Port: 8080,
        Scheme: 'HTTP',
      },
      ProbeType: 'httpGet',
      Spec: '1C2G',
      Storage: '0.5G',
    },
  ],
} as const;
