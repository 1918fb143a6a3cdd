import { describe, expect, test } from 'vitest';
import { proxyFor } from '../../src/http/proxy-setting.ts';

const https = new URL('https://esa.example.com');
const http = new URL('http://api.example.com');
const upper = { HTTPS_PROXY: 'http://a.example:3128', HTTP_PROXY: 'http://b.example:8080' };
const lower = { https_proxy: 'http://c.example:3128', http_proxy: 'http://d.example:8080' };

describe('the proxy of the environment', () => {
  test.each<[target: URL, env: Record<string, string>, proxy: string | undefined]>([
    [https, {}, undefined],
    [https, upper, 'http://a.example:3128/'],
    [http, upper, 'http://b.example:8080/'],
    [https, lower, 'http://c.example:3128/'],
    [https, { ...lower, ...upper }, 'http://a.example:3128/'],
    [https, { ...lower, HTTPS_PROXY: '' }, 'http://c.example:3128/'],
    [https, { HTTP_PROXY: 'http://b.example:8080', ALL_PROXY: 'http://e.example' }, undefined],
    [https, { HTTPS_PROXY: 'a.example:3128' }, 'http://a.example:3128/'],
    [https, { HTTPS_PROXY: 'https://u:p%40ss@a.example' }, 'https://u:p%40ss@a.example/'],
    [https, { ...upper, NO_PROXY: 'example.com' }, undefined],
    [https, { ...upper, no_proxy: 'example.com' }, undefined],
    [https, { ...upper, NO_PROXY: 'other.com', no_proxy: 'example.com' }, 'http://a.example:3128/'],
    [https, { HTTPS_PROXY: 'socks5://a.example:1080', NO_PROXY: '*' }, undefined],
  ])('for %s in %j is %s', (target, env, proxy) => {
    expect(proxyFor(target, env)?.href).toBe(proxy);
  });

  test.each([
    ['socks5://user:hunter2@a.example:1080', 'socks5://***@a.example:1080'],
    ['ftp://a.example', 'ftp://a.example'],
    ['http://', 'http://'],
    ['user:hunter2@', '***@'],
    ['http://user:hunter2%@a.example', 'http://***@a.example'],
  ])('is refused as %j, with its variable and without its password', (value, shown) => {
    const read = () => proxyFor(https, { https_proxy: value });
    expect(read).toThrow(/^https_proxy must be an http:\/\/ or https:\/\/ address .*SOCKS is not supported/);
    expect(read).toThrow(`but is "${shown}"`);
  });
});
