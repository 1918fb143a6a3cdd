/** A certificate authority of one control plane: in memory and on ECDSA P-256, which takes milliseconds. */
import 'reflect-metadata';
import { generateKeyPairSync, type webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const hourMs = 3_600_000;

export interface CertificatePair {
  /** PEM. */ readonly certificate: string;
  /** PKCS #8 in PEM. */ readonly privateKey: string;
}

export class CertificateAuthority {
  /** The authority's own certificate, PEM. */
  readonly certificate: string;
  readonly #issuer: X509Certificate;
  readonly #keys: webcrypto.CryptoKeyPair;

  private constructor(issuer: X509Certificate, keys: webcrypto.CryptoKeyPair) {
    this.#issuer = issuer;
    this.#keys = keys;
    this.certificate = issuer.toString('pem');
  }

  static async create(): Promise<CertificateAuthority> {
    const keys = await createKeys();
    const issuer = await X509CertificateGenerator.createSelfSigned({
      ...validity(),
      name: [{ CN: ['control-plane-ca'] }],
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
      ],
    });
    return new CertificateAuthority(issuer, keys);
  }

  /** For a server on 127.0.0.1, and of these names. */
  issueServerCertificate(names: readonly string[] = ['localhost']): Promise<CertificatePair> {
    return this.#issue({ CN: ['localhost'] }, ExtendedKeyUsage.serverAuth, { names });
  }

  /** For a user, as Kubernetes reads it: the common name is the user, the organizations are its groups. */
  issueClientCertificate(user: string, groups: readonly string[]): Promise<CertificatePair> {
    return this.#issue({ CN: [user] }, ExtendedKeyUsage.clientAuth, { groups });
  }

  async #issue(
    name: { CN: string[] },
    usage: ExtendedKeyUsage,
    { groups = [], names = ['localhost'] }: { groups?: readonly string[]; names?: readonly string[] },
  ): Promise<CertificatePair> {
    const keys = await createKeys();
    const certificate = await X509CertificateGenerator.create({
      ...validity(),
      subject: [...groups.map((group) => ({ O: [group] })), name],
      issuer: this.#issuer.subjectName,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([usage]),
        new SubjectAlternativeNameExtension([
          ...names.map((value) => ({ type: 'dns' as const, value })),
          { type: 'ip', value: '127.0.0.1' },
        ]),
      ],
    });
    const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
    const privateKey = `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`;
    return { certificate: certificate.toString('pem'), privateKey };
  }
}

/** The key with which kube-apiserver signs and checks ServiceAccount tokens: SEC 1 in PEM, it reads no PKCS #8 here. */
export function createTokenSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'sec1', format: 'pem' }).toString();
}

function createKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - hourMs), notAfter: new Date(now + 365 * 24 * hourMs) };
}
