/** Which servers are reached without the proxy: NO_PROXY as kubectl and other programs in Go read it. */
import { BlockList, isIP, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

interface Peer {
  /** A name in lower case, or an IP address without brackets. */
  readonly host: string;
  readonly port: string;
}

/** Whether `target` is reached without a proxy by `noProxy`, or because it is this machine. */
export function bypassesProxy(target: URL, noProxy: string): boolean {
  const peer = {
    host: target.hostname.replace(/^\[|\]$/g, ''),
    port: target.port || (target.protocol === 'https:' ? '443' : '80'),
  };
  if (isLoopback(peer.host)) return true;
  return noProxy.split(',').some((entry) => fits(entry.trim().toLowerCase(), peer));
}

/** Whether `host`, a name or an IP address without brackets, is this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || isWithin(host, '127.0.0.0', 8) || isWithin(host, '::1', 128);
}

function fits(entry: string, { host, port }: Peer): boolean {
  if (entry === '*') return true;
  const range = entry.match(/^([^/]+)\/(\d{1,3})$/);
  if (range?.[1] && isIP(range[1])) return isWithin(host, range[1], Number(range[2]));
  const [name, wantedPort] = splitPort(entry);
  if (wantedPort !== '' && wantedPort !== port) return false;
  if (isIP(name)) return isWithin(host, name, isIPv6(name) ? 128 : 32);
  return isIP(host) === 0 && isOfDomain(host, name);
}

/** An entry that is no address with a port is taken whole, `fd00::1` among them. */
function splitPort(entry: string): readonly [name: string, port: string] {
  const parts = entry.match(/^(?:\[([^\]]*)\]|([^:[\]]*)):([^:[\]]*)$/);
  return parts ? [parts[1] ?? parts[2] ?? '', parts[3] ?? ''] : [entry, ''];
}

/** `a.b` stands for itself and all below it; `.a.b` and `*.a.b` for what is below it alone. */
function isOfDomain(host: string, name: string): boolean {
  const domain = name.replace(/^\*(?=\.)/, '');
  if (domain === '') return false;
  const ascii = /^[\x20-\x7e]*$/.test(domain) ? domain : toAscii(domain);
  return ascii.startsWith('.') ? host.endsWith(ascii) : host === ascii || host.endsWith(`.${ascii}`);
}

function toAscii(domain: string): string {
  return domain.startsWith('.') ? `.${domainToASCII(domain.slice(1))}` : domainToASCII(domain);
}

/** False where `host` is no IP address, or the prefix none of that family. */
function isWithin(host: string, network: string, prefix: number): boolean {
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  if (isIP(host) === 0 || prefix > (family === 'ipv6' ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return list.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}
