/** client-node's generated API classes on our transport, which they would otherwise bypass with a connection per call. */
import {
  type Configuration,
  createConfiguration,
  type RequestContext,
  ResponseContext,
  ServerConfiguration,
  wrapHttpLibrary,
} from '@kubernetes/client-node';
import type { HttpAnswer } from '../http/exchange.ts';
import type { KubeCall, KubeTransport } from './transport.ts';

/** The transport puts its own server in front of the path. */
const placeholderServer = 'http://kubernetes';

/**
 * For example `createTypedApi(transport, CoordinationV1Api)`. Its calls throw client-node's ApiException for answers but 2xx
 * and KubeError where there is no answer.
 */
export function createTypedApi<T>(transport: KubeTransport, Api: new (configuration: Configuration) => T): T {
  const send = async (request: RequestContext): Promise<ResponseContext> => {
    const { status, headers, text } = await transport.send(toCall(request));
    const body = {
      text: async () => text,
      binary: async () => Buffer.from(text),
      stream: () => new Blob([text]).stream(),
    };
    return new ResponseContext(status, toSingleHeaders(headers), body);
  };
  return new Api(
    createConfiguration({
      baseServer: new ServerConfiguration(placeholderServer, {}),
      httpApi: wrapHttpLibrary({ send }),
    }),
  );
}

function toCall(request: RequestContext): KubeCall {
  const { pathname, search } = new URL(request.getUrl());
  const body = request.getBody();
  const contentType = request.getHeaders()['Content-Type'];
  const signal = request.getSignal();
  return {
    method: request.getHttpMethod() as KubeCall['method'],
    path: pathname + search,
    ...(typeof body === 'string' && { body }),
    ...(contentType && { contentType }),
    ...(signal && { signal }),
  };
}

function toSingleHeaders(headers: HttpAnswer['headers']): Record<string, string> {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
