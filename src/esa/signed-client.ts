/**
 * The SDK's client with its credentials, user agent and signature, but over connections of our own: its transport keeps
 * headers and status of some answers to itself, offers no way to cancel a call, and costs as much as all the rest of it.
 */
import { hash } from 'node:crypto';
import openApi, { type Config, type OpenApiRequest, type Params } from '@alicloud/openapi-client';
import openApiUtil from '@alicloud/openapi-util';
import { RuntimeOptions } from '@alicloud/tea-util';
import teaXml from '@alicloud/tea-xml';
import { isRecord } from '../core/canonical-json.ts';
import type { HttpHead, HttpRequest } from '../http/exchange.ts';
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

export interface DecodedAnswer {
  readonly statusCode: number;
  /** Of any status. */
  readonly body: Readonly<Record<string, unknown>>;
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
   * @throws SyntaxError when the answer is not a JSON object, or what the connection ended with
   */
  override async doRequest(
    params: Params,
    request: OpenApiRequest,
    runtime: CallRuntime,
  ): Promise<DecodedAnswer> {
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
    const { status, headers } = runtime.head as HttpHead;
    return { statusCode: status, body: decode(text, headers['content-type']) };
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

function decode(text: string, contentType: unknown): DecodedAnswer['body'] {
  const body = parse(text, contentType);
  if (isRecord(body)) return body;
  throw new SyntaxError('the answer is not a JSON object');
}

/** The gateway before the API answers some refusals in XML. */
function parse(text: string, contentType: unknown): unknown {
  if (!/^text\/xml\b/.test(String(contentType))) return JSON.parse(text);
  try {
    return teaXml.default.parseXml(text, null).Error;
  } catch (error) {
    throw new SyntaxError('the answer is not XML', { cause: error });
  }
}
