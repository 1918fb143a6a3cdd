/** The port `EsaClient` over the network. */
import type { Credential } from '../cloud/credential.ts';
import type { EsaClient } from '../cloud/esa-client.ts';
import type { Clock } from '../core/clock.ts';
import type { CredentialSource } from './credentials.ts';
import { createLeavingConnections, createPool } from './http-sender.ts';
import { createSignedSend } from './signed-send.ts';

export interface EsaClientOptions {
  /** Without a path: `https://esa.cn-hangzhou.aliyuncs.com`, or `http://127.0.0.1:18080`. */
  readonly endpoint: URL;
  /** How long a call may take, from its start to the last byte of its response. */
  readonly callTimeoutMs: number;
  /** Of every namespace. */
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  /** Absent: calls go straight to the endpoint. */
  readonly proxy?: URL | undefined;
  /** Called with each credential before it is first used. */
  readonly onCredential?: (credential: Credential) => void;
  /** Comes after the SDK's own words in the User-Agent header. */
  readonly userAgent?: string;
  /** A connection that lay idle for longer is closed, not used again: 4,000 ms where absent, so that 5 s are never passed. */
  readonly idleLimitMs?: number;
  /** Leaves as soon as a request is sent, so that no call gets a response: to see what the cloud does then. */
  readonly hangsUp?: boolean;
}

/** One pool of connections serves all credentials. */
export function createEsaClient(options: EsaClientOptions): EsaClient {
  const { endpoint, proxy, callTimeoutMs, clock, userAgent, hangsUp, idleLimitMs = 4_000 } = options;
  const way = { endpoint, proxy, connectTimeoutMs: callTimeoutMs };
  const connections = hangsUp ? createLeavingConnections(way) : createPool({ ...way, idleLimitMs });
  const sender = connections.send;
  return {
    credentialFor: () => options.credentials.load(),
    sendWith(credential) {
      options.onCredential?.(credential);
      return createSignedSend({ endpoint, credential, sender, callTimeoutMs, clock, userAgent });
    },
    close: () => connections.close(),
  };
}
