/**
 * The SDK's client with its credentials, user agent and signature, but over connections of our own: its transport keeps
 * headers and status of some responses to itself, offers no way to cancel a call, and costs as much as all the rest of it.
 */
import { hash } from 'node:crypto';
import openApi, { type Config, type OpenApiRequest, type Params } from '@alicloud/openapi-client';
import openApiUtil from '@alicloud/openapi-util';
import { RuntimeOptions } from '@alicloud/tea-util';
import type { Body } from '../cloud/call.ts';
import type { HttpHead, HttpRequest } from '../http/exchange.ts';
import { decodeBody } from './decode-body.ts';
import type { Sender } from './http-sender.ts';

/** What goes with one call through the SDK, which hands it on as it is. */
export class CallRuntime extends RuntimeOptions {
  /** Ends the call with its connection. */
  readonly signal: AbortSignal;
  /** Whether a byte of the request may have been written. */
  isSent = false;
  /** Status and headers, once they have arrived. */
  head: HttpHead | undefined;

  constructor(signal: AbortSignal) {
    super({ autoretry: false });
    this.signal = signal;
  }
}

export interface DecodedResponse {
  readonly statusCode: number;
  /** Of any status. */
  readonly body: Body;
}

const { default: util } = openApiUtil;
const algorithm = 'ACS3-HMAC-SHA256';

export class SignedClient extends openApi.default {
  readonly #send: Sender;

  constructor(config: Config, send: Sender) {
    super(config);
    this.#send = send;
  }

  /**
   * What `callApi` does with a request: signs it and sends it once.
   * @throws what `decodeBody` throws, or what the connection ended with
   */
  override async doRequest(
    params: Params,
    request: OpenApiRequest,
    runtime: CallRuntime,
  ): Promise<DecodedResponse> {
    const signed = await this.#sign(params, request);
    const text = await this.#send(signed, {
      signal: runtime.signal,
      onSend: () => {
        runtime.isSent = true;
      },
      onHead: (head) => {
        runtime.head = head;
      },
    });
    const { status } = runtime.head as HttpHead;
    return { statusCode: status, body: decodeBody(text) };
  }

  /** As the SDK does it for form bodies (API reference 2 and 3). */
  async #sign(
    params: Params,
    { query = {}, body: form, headers: own }: OpenApiRequest,
  ): Promise<HttpRequest> {
    const { action, version, pathname } = params;
    const method = params.method as HttpRequest['method'];
    const body = form && util.toForm(form);
    const payload = hash('sha256', body ?? '');
    const credential = await this._credential.getCredential();
    const { accessKeyId = '', accessKeySecret = '', securityToken, providerName } = credential;
    const headers: Record<string, string> = {
      host: this._endpoint,
      'x-acs-version': version,
      'x-acs-action': action,
      'user-agent': this.getUserAgent(),
      'x-acs-date': util.getTimestamp(),
      accept: 'application/json',
      ...own,
      ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      'x-acs-content-sha256': payload,
      ...(providerName && { 'x-acs-credentials-provider': providerName }),
      ...(securityToken && { 'x-acs-accesskey-id': accessKeyId, 'x-acs-security-token': securityToken }),
    };
    const toSign = { method, pathname, query, headers } as Parameters<typeof util.getAuthorization>[0];
    headers.Authorization = util.getAuthorization(toSign, algorithm, payload, accessKeyId, accessKeySecret);
    const search = util.toForm(query);
    return { method, path: search === '' ? pathname : `${pathname}?${search}`, headers, body };
  }
}
