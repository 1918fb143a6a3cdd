/**
 * What anyone who reaches a port may send to it. Add a line, and every port that the program opens is tried with it:
 * afterwards the process must be alive and answer a good request.
 */

export interface RawRequest {
  readonly name: string;
  /** A text is taken as Latin-1, a character for each byte. */
  readonly bytes: string;
  /**
   * What the client does then: waits for an answer or the end, says that nothing more comes and waits, or leaves with a
   * reset without waiting. Waits where absent.
   */
  readonly afterwards?: 'half-close' | 'reset';
}

const eol = '\r\n';
const head = (line: string, ...headers: readonly string[]) =>
  [line, 'Host: localhost', ...headers, '', ''].join(eol);
const get = (target: string, ...headers: readonly string[]) => head(`GET ${target} HTTP/1.1`, ...headers);
const json = (method: string, path: string, body: string) =>
  head(`${method} ${path} HTTP/1.1`, 'Content-Type: application/json', `Content-Length: ${body.length}`) +
  body;
const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

const targets = [
  '//',
  '///',
  '//example.com/healthz',
  '/\\',
  '/..',
  '/../../etc/passwd',
  'http://',
  'http:///',
  'http://[',
  'http://[::1',
  'http://a:b@c/readyz',
  'http://localhost:99999999/',
  'HTTP://LOCALHOST/healthz?verbose',
  'https://localhost//',
  'ftp://localhost/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  '*',
  'healthz',
  '?',
  '??',
  '?verbose',
  '#',
  '/#fragment',
  'localhost:443',
  '/%',
  '/%zz',
  '/%2',
  '/%00',
  '/%c0%af',
  '/%E0%A4%A',
  '/faults/%E0%A4%A',
  '/faults/%',
  '/healthz?%',
  '/healthz?verbose=%zz&%=%',
  '/healthz?%00',
  '/?Action=%zz&Version=2024-09-10',
  '/?Action=__proto__&Version=2024-09-10',
  '/?Action=toString&Version=2024-09-10',
  '/__proto__',
  '/constructor',
  '/healthz/__proto__',
  '/readyz/constructor',
  '/readyz/toString',
  '/faults/__proto__',
  '/\x00',
  '/\x01\x1b[31m',
  '/\xff\xfe',
  '/caf\xc3\xa9',
  `/${'a'.repeat(1_000_000)}`,
  `/healthz?${'verbose&'.repeat(100_000)}`,
  `/${'%'.repeat(7_000)}`,
  `/${'../'.repeat(2_000)}`,
];

const methods = [
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'SUBSCRIBE',
  'QUERY',
];

const lines: Readonly<Record<string, string>> = {
  'no request at all': 'hello\r\n\r\n',
  'no version': 'GET /\r\n\r\n',
  'a version of its own': head('GET / HTTP/9.9'),
  'HTTP/1.0 without a host': 'GET / HTTP/1.0\r\n\r\n',
  'HTTP/1.1 without a host': 'GET / HTTP/1.1\r\n\r\n',
  'two hosts': get('/', 'Host: other'),
  'an empty host': 'GET / HTTP/1.1\r\nHost:\r\n\r\n',
  'a host that is none': 'GET / HTTP/1.1\r\nHost: [::\x01\r\n\r\n',
  'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00',
  'the hello of TLS': '\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03',
  'the hello of SSH': 'SSH-2.0-OpenSSH_9.9\r\n',
  'bytes without sense': '\x00\xff\x80\x0a\x0d\x7f'.repeat(1_000),
  'a method in small letters': head('get / HTTP/1.1'),
  'a method nobody knows': head('STEAL / HTTP/1.1'),
  'a very long method': `${'A'.repeat(100_000)} / HTTP/1.1\r\n\r\n`,
  'a blank in the target': get('/a b'),
  'tabs instead of blanks': 'GET\t/\tHTTP/1.1\r\nHost: localhost\r\n\r\n',
  'ends of line without CR': 'GET / HTTP/1.1\nHost: localhost\n\n',
  'ends of line without LF': 'GET / HTTP/1.1\rHost: localhost\r\r',
  'NUL in a header': get('/', 'X: a\x00b'),
  'a header without a name': get('/', ': b'),
  'a header without a colon': get('/', 'nothing'),
  'a header over two lines': get('/', 'X: a', ' b'),
  'a blank before the colon': get('/', 'X : a'),
  'a header named __proto__': get('/', '__proto__: a'),
  'a header of a megabyte': get('/', `X: ${'a'.repeat(1_000_000)}`),
  'ten thousand headers': get('/', ...Array.from({ length: 10_000 }, (_, index) => `X-${index}: a`)),
  'headers for ever': `GET / HTTP/1.1\r\n${'X: a\r\n'.repeat(100_000)}`,
  'cookies without sense': get('/', `Cookie: ${'a=%;'.repeat(1_000)}`),
  'an origin without sense': get('/', 'Origin: \x80://', 'Sec-Fetch-Site: \xff'),
  CONNECT: head('CONNECT example.com:443 HTTP/1.1'),
  'CONNECT to nowhere': head('CONNECT // HTTP/1.1'),
  'CONNECT with what comes after it': `${head('CONNECT a:1 HTTP/1.1')}\x16\x03\x01`,
  'an upgrade to WebSocket': get('/', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: AA=='),
  'an upgrade to HTTP/2': get(
    '/',
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: A',
  ),
  'an upgrade to nothing': get('/', 'Connection: Upgrade', 'Upgrade:'),
  'an expectation': json('POST', '/', '').replace(eol, `${eol}Expect: 100-continue${eol}`),
  'an expectation nobody knows': get('/', 'Expect: a miracle'),
  'a length that is no number': get('/', 'Content-Length: many'),
  'a negative length': get('/', 'Content-Length: -1'),
  'a length beyond all bounds': get('/', 'Content-Length: 99999999999999999999999999'),
  'two lengths': get('/', 'Content-Length: 1', 'Content-Length: 2'),
  'a length and chunks': `${get('/', 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
  'an encoding nobody knows': get('/', 'Transfer-Encoding: rot13'),
  'chunks without sense': `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}zz\r\n`,
  'a chunk beyond all bounds': `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}ffffffffffffffffff\r\n`,
  'a chunk extension of a megabyte': `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}1;${'a'.repeat(1_000_000)}\r\n`,
  'trailers for ever': `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}0\r\n${'X: a\r\n'.repeat(100_000)}`,
  'a body in chunks': `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}3\r\nabc\r\n0\r\n\r\n`,
  'a body with GET': `${get('/', 'Content-Length: 3')}abc`,
  'a body with HEAD': `${head('HEAD / HTTP/1.1', 'Content-Length: 3')}abc`,
  'a body that is too large': json('POST', '/', 'a'.repeat(5_000_000)),
  'a body too large in chunks': `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}${'10000\r\n'.concat('a'.repeat(65_536), eol).repeat(100)}0\r\n\r\n`,
  'a hundred requests at once': get('/').repeat(100),
  'a hundred bad requests at once': get('//').repeat(100),
  'a good request and bytes without sense': `${get('/')}\x00\x01\x02`,
  'JSON that is none': json('POST', '/faults', '{"action"'),
  'JSON of depth 60,000': json('POST', '/faults', deep(60_000)),
  'JSON of depth 60,000 in a fault': json(
    'POST',
    '/faults',
    `{"action":"x","answer":{"kind":"json","body":${deep(60_000)}}}`,
  ),
  'JSON that is null': json('POST', '/faults', 'null'),
  'JSON with a prototype': json('POST', '/faults', '{"__proto__":{"action":"*"},"constructor":1}'),
  'JSON with a prototype of switches': json('PATCH', '/switches', '{"__proto__":{"latencyMs":9}}'),
  'JSON with half a character': json('POST', '/faults', '{"action":"\\ud83d","answer":{"kind":"\\udead"}}'),
  'a key named __proto__': json('PUT', '/keys/__proto__', '{"secret":"s"}'),
  'a body that is no UTF-8': json('POST', '/faults', '\xff\xfe\xc3'),
  'a form without sense': `${head('POST / HTTP/1.1', 'Content-Type: application/x-www-form-urlencoded', 'Content-Length: 9')}%zz&=&%00`,
  'a signature without sense': get(
    '/',
    'Authorization: ACS3-HMAC-SHA256 Credential=,SignedHeaders=;;,Signature=0',
  ),
  'a signature of blanks': get('/', `Authorization: ACS3-HMAC-SHA256${' '.repeat(6_000)}Credential=a`),
};

const partial: Readonly<Record<string, string>> = {
  'a part of a request line': 'GE',
  'a part of a head': 'GET / HTTP/1.1\r\nHo',
  'a part of a body': json('POST', '/faults', '{"action":"x"}').slice(0, -5),
  'a part of a chunk': `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}ff\r\nabc`,
  'a whole request': get('/'),
  nothing: '',
};

/** What never becomes a request: the port has to end the connection by itself. */
export const unfinished: readonly string[] = [
  '',
  eol,
  eol.repeat(100_000),
  'GET / HTTP/1.1\r\nHo',
  `${get('/', 'Content-Length: 9')}1`,
  `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}ff\r\n1`,
];

export const rawRequests: readonly RawRequest[] = [
  ...targets.map((target) => ({ name: `GET ${target.slice(0, 40)}`, bytes: get(target) })),
  ...methods.map((method) => ({ name: `${method} //`, bytes: head(`${method} // HTTP/1.1`) })),
  ...Object.entries(lines).map(([name, bytes]) => ({ name, bytes })),
  ...Object.entries(partial).flatMap(([name, bytes]) => [
    { name: `${name}, and a reset`, bytes, afterwards: 'reset' as const },
    { name: `${name}, and no more`, bytes, afterwards: 'half-close' as const },
  ]),
];
