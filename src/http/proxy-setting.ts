/** Which proxy the environment names for a server, by the rules of Go's programs. */
import { bypassesProxy } from './no-proxy.ts';

/** Read from it: HTTPS_PROXY, HTTP_PROXY, NO_PROXY, and the same in lower case where those are not set. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

export class ProxySettingError extends Error {
  override readonly name = 'ProxySettingError';
}

/**
 * The proxy for requests to `target`; undefined where they go straight.
 * @throws ProxySettingError naming the variable, for a value that cannot be used
 */
export function proxyFor(target: URL, env: ProxyEnvironment): URL | undefined {
  const names = target.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const name = names.find((each) => env[each]);
  if (name === undefined || bypassesProxy(target, env.NO_PROXY || env.no_proxy || '')) return undefined;
  return parseProxy(env[name] ?? '', name);
}

/** @param source what the value came from, for the error @throws ProxySettingError */
export function parseProxy(text: string, source: string): URL {
  const address = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || !isDecodable(url)) {
    throw new ProxySettingError(`${source} must be ${expected}, but is "${withoutUser(text)}"`);
  }
  return url;
}

const expected =
  'an http:// or https:// address such as http://proxy.example.com:3128, with percent-encoded user and password ' +
  'before an @ where the proxy asks for them (SOCKS is not supported)';

/** For logs and errors: without user, password and path. */
export function describeProxy(proxy: URL): string {
  return `${proxy.protocol}//${proxy.host}`;
}

function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** For errors: an address, or what was meant as one, without user and password. */
export function withoutUser(text: string): string {
  return text.replace(/^(.*:\/\/)?.*@/s, '$1***@');
}
