import { Agent, type Dispatcher, request } from 'undici';
import type { CertificatePair } from './certificates.ts';

/** The API server answered with a status of 400 or more. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, what: string, body: string) {
    super(`${what}: HTTP ${status}: ${body}`);
    this.status = status;
  }
}

/** Requests to kube-apiserver with a client certificate: what the control plane itself needs, no more. */
export class ApiClient {
  readonly #agent: Agent;

  constructor(caCertificate: string, { certificate, privateKey }: CertificatePair) {
    this.#agent = new Agent({ connect: { ca: caCertificate, cert: certificate, key: privateKey } });
  }

  /** The parsed answer; throws ApiError. */
  async send(method: 'GET' | 'POST', url: string, body?: object, signal?: AbortSignal): Promise<unknown> {
    const response = await this.#request(method, url, body, signal);
    const text = await response.body.text();
    return text.startsWith('{') ? JSON.parse(text) : text;
  }

  /** Creates the object unless one of that name exists. */
  async ensure(url: string, object: object): Promise<void> {
    await this.send('POST', url, object).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
    });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #request(
    method: 'GET' | 'POST',
    url: string,
    body?: object,
    signal?: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const response = await request(url, {
      method,
      dispatcher: this.#agent,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      ...(signal && { signal }),
    });
    if (response.statusCode < 400) return response;
    throw new ApiError(response.statusCode, `${method} ${url}`, await response.body.text());
  }
}
