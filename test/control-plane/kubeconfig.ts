import { stringify } from 'yaml';
import type { CertificatePair } from './certificates.ts';

export type Credentials = CertificatePair | { readonly token: string };

export interface KubeconfigInput {
  readonly serverUrl: string;
  /** PEM. */ readonly caCertificate: string;
  readonly user: string;
  readonly credentials: Credentials;
  readonly namespace?: string | undefined;
}

/** A kubeconfig with one context that needs no other file. */
export function renderKubeconfig(input: KubeconfigInput): string {
  const { serverUrl, caCertificate, user, credentials, namespace = 'default' } = input;
  const name = 'control-plane';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [
      { name, cluster: { server: serverUrl, 'certificate-authority-data': toBase64(caCertificate) } },
    ],
    contexts: [{ name, context: { cluster: name, user, namespace } }],
    users: [{ name: user, user: toAuthInfo(credentials) }],
  });
}

function toAuthInfo(credentials: Credentials): Record<string, string> {
  if ('token' in credentials) return { token: credentials.token };
  return {
    'client-certificate-data': toBase64(credentials.certificate),
    'client-key-data': toBase64(credentials.privateKey),
  };
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
