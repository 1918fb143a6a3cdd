import { describe, expect, test } from 'vitest';
import { bypassesProxy } from '../../src/http/no-proxy.ts';

const cases: readonly [target: string, noProxy: string, bypasses: boolean][] = [
  ['https://esa.example.com', '', false],
  ['https://esa.example.com', '*', true],
  ['https://esa.example.com', 'other.com, * ,', true],
  // This machine, whatever the list says.
  ['http://localhost:8080', '', true],
  ['http://127.0.0.1', '', true],
  ['http://127.9.8.7:1', '', true],
  ['https://[::1]:6443', '', true],
  ['https://[::ffff:127.0.0.1]', '', true],
  ['https://localhost.example.com', '', false],
  // Names: themselves and what is below them.
  ['https://example.com', 'example.com', true],
  ['https://esa.example.com', 'example.com', true],
  ['https://esa.EXAMPLE.com', ' Example.COM ', true],
  ['https://notexample.com', 'example.com', false],
  ['https://example.com', '.example.com', false],
  ['https://esa.example.com', '.example.com', true],
  ['https://example.com', '*.example.com', false],
  ['https://a.b.example.com', '*.example.com', true],
  ['https://esa.example.com', '*example.com', false],
  ['https://esa.bücher.example', 'bücher.example', true],
  ['https://esa.bücher.example', '.bücher.example', true],
  // Ports.
  ['https://example.com', 'example.com:443', true],
  ['http://example.com', 'example.com:80', true],
  ['https://example.com:6443', 'example.com:443', false],
  ['https://example.com:6443', 'example.com:6443', true],
  ['https://example.com', 'example.com:', true],
  ['https://example.com', ':443', false],
  ['https://example.com', '.example.com:443', false],
  // Addresses and ranges; a name is never looked up.
  ['https://10.1.2.3', '10.1.2.3', true],
  ['https://10.1.2.3', '10.1.2.3:443', true],
  ['https://10.1.2.3:6443', '10.1.2.3:443', false],
  ['https://10.1.2.3', '10.0.0.0/8', true],
  ['https://10.1.2.3', '10.9.9.9/8', true],
  ['https://10.1.2.3:6443', '10.1.0.0/16', true],
  ['https://11.1.2.3', '10.0.0.0/8', false],
  ['https://10.1.2.3', '10.0.0.0/33', false],
  ['https://10.1.2.3', '10.0.0.0/x', false],
  ['https://10.1.2.3', '.3', false],
  ['https://10.1.2.3', '1.2.3', false],
  ['https://[fd00::7]:6443', 'fd00::7', true],
  ['https://[fd00::7]:6443', '[fd00::7]:6443', true],
  ['https://[fd00::7]:6443', '[fd00::7]:443', false],
  ['https://[fd00::7]', 'fd00::/8', true],
  ['https://[fe00::7]', 'fd00::/8', false],
  ['https://[::ffff:10.1.2.3]', '10.0.0.0/8', true],
  ['https://api.example.com', '10.0.0.0/8', false],
];

describe('a server is reached without the proxy by NO_PROXY', () => {
  test.each(cases)('%s by %j: %s', (target, noProxy, bypasses) => {
    expect(bypassesProxy(new URL(target), noProxy)).toBe(bypasses);
  });
});
