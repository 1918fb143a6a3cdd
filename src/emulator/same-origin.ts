/** Keeps web pages away from the admin port: a browser on this machine reaches loopback, whoever wrote the page. */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/**
 * Why a request is refused that a page of another origin may have sent, or one whose name was bent to this address by
 * DNS; undefined for all others.
 * @param ownHost the host of the address that the port listens on
 */
export function crossOriginRefusal(headers: IncomingHttpHeaders, ownHost: string): string | undefined {
  const { host = '', origin } = headers;
  if (host !== '' && !isOwnName(hostname(host), ownHost)) {
    return `this port answers to localhost, to addresses and to ${ownHost}, not to the host ${host}`;
  }
  const site = headers['sec-fetch-site'];
  const isForeign = origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`;
  if (isForeign || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
    return 'this port takes no requests from the pages of other origins';
  }
  // Of the types that a page may send without asking first, none is JSON.
  const isFromPage = origin !== undefined || site !== undefined;
  if (isFromPage && hasBody(headers) && !isJson(headers['content-type'])) {
    return 'the content-type of a request from a page must be application/json';
  }
  return undefined;
}

/** Without its port, and without the brackets of IPv6. */
function hostname(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** A name that no foreign DNS server can point here. */
function isOwnName(name: string, ownHost: string): boolean {
  const lower = name.toLowerCase();
  return isIP(lower) !== 0 || /^(.*\.)?localhost$/.test(lower) || lower === ownHost.toLowerCase();
}

function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';')[0]?.trim().toLowerCase() === 'application/json';
}
