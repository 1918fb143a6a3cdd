/**
 * What a peer may answer, whoever it is: a cloud, an API server, or something between them and us. Add a line, and the
 * operator is tried with it; afterwards it must be alive, small and at work.
 */
import type { Payload } from './hostile-proxy.ts';

const mib = 2 ** 20;
const json = 'Content-Type: application/json\r\n';
const chunked = 'Transfer-Encoding: chunked\r\n';

/** The head of an answer, up to and with its empty line. */
export function head(status: number | string, headers = json): string {
  return `HTTP/1.1 ${status}${typeof status === 'number' ? ' Some' : ''}\r\n${headers}\r\n`;
}

/** A whole answer. */
export function whole(body: string, status = 200, headers = json): Payload {
  return (peer) => peer.send(head(status, `${headers}Content-Length: ${body.length}\r\n`) + body);
}

/** Bytes as they are; then the connection ends. */
const bytes =
  (text: string): Payload =>
  (peer) =>
    peer.send(text);

/** A beginning, and then silence. */
const stall =
  (text: string): Payload =>
  async (peer) => {
    await peer.send(text);
    await peer.left();
  };

/** A beginning, and then a piece again and again: so many times, or until the other side leaves. */
export const flood =
  (start: string, piece: string, times = Number.POSITIVE_INFINITY): Payload =>
  async (peer) => {
    await peer.send(start);
    for (let count = 0; count < times && !peer.hasLeft; count += 1) await peer.send(piece);
  };

/** One chunk of a body in chunks. */
export const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

const blanks = ' '.repeat(mib);
export const deep = (depth: number, start = '[', end = ']') => start.repeat(depth) + end.repeat(depth);
const xml = 'Content-Type: application/xml\r\n';

const members = (count: number) => Array.from({ length: count }, (_, number) => `"${number}":1`).join();

export const payloads: Readonly<Record<string, Payload>> = {
  'a body of 300 MiB': flood(head(200, `${json}Content-Length: ${300 * mib}\r\n`), blanks, 300),
  'a text of 300 MiB': flood(head(200, `${json}Content-Length: ${300 * mib}\r\n`), 'x'.repeat(mib), 300),
  'an error of 300 MiB': flood(head(500, `${json}Content-Length: ${300 * mib}\r\n`), blanks, 300),
  'a body in chunks without end': flood(head(200, json + chunked), chunk(blanks)),
  'a body in 300,000 chunks of one byte': flood(head(200, json + chunked), chunk(' ').repeat(1_000), 300),
  'a body without length and end': flood(head(200), blanks),
  'a chunk extension without end': flood(`${head(200, json + chunked)}1;`, blanks),
  'trailers without end': flood(`${head(200, json + chunked)}0\r\n`, 'X: y\r\n'.repeat(1_000)),
  'a head without end': flood('HTTP/1.1 200 OK\r\n', 'X: y\r\n'.repeat(1_000)),
  'a header without end': flood('HTTP/1.1 200 OK\r\nX: ', 'y'.repeat(10_000)),
  'a status line without end': flood('HTTP/1.1 200 ', 'y'.repeat(10_000)),
  'interim answers without end': flood('', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1_000)),
  'early hints without end': flood('', 'HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n'.repeat(1_000)),
  'a head that stalls': stall('HTTP/1.1 200 OK\r\nContent-Ty'),
  'a body that stalls': stall(`${head(200, `${json}Content-Length: 500\r\n`)}{"a":`),
  'a refusal whose body stalls': stall(`${head(503, `${json}Content-Length: 500\r\n`)}{"a":`),
  'nothing at all': stall(''),
  'half a body, and the end': bytes(`${head(200, `${json}Content-Length: 500\r\n`)}{"a":`),
  'half a chunk, and the end': bytes(`${head(200, json + chunked)}ff\r\n{"a":`),
  'a chunk size without sense': bytes(`${head(200, json + chunked)}zz\r\n{}`),
  'a chunk size beyond all bounds': bytes(`${head(200, json + chunked)}ffffffffffffffffff\r\n{}`),
  'two lengths': bytes(`${head(200, 'Content-Length: 2\r\nContent-Length: 3\r\n')}{}`),
  'a negative length': bytes(`${head(200, 'Content-Length: -2\r\n')}{}`),
  'a header of 60 KB': whole('{}', 200, `${json}X: ${'y'.repeat(60_000)}\r\n`),
  'a header of 15 KB': whole('{}', 200, `${json}x-acs-request-id: ${'y'.repeat(15_000)}\r\n`),
  'control characters in a header': whole('{}', 500, `${json}x-acs-request-id: a\x1b[31m\x9b\r\n`),
  'a status that is none': bytes(`${head(999)}{}`),
  'a switch of protocols': bytes(head('101 Switching Protocols', 'Upgrade: x\r\nConnection: Upgrade\r\n')),
  'no HTTP': bytes('\x15\x03\x03\x00\x02\x02\x28'),
  'a redirect to itself': whole('', 302, 'Location: /\r\n'),
  'a page in HTML': whole('<html></html>', 200, 'Content-Type: text/html\r\n'),
  'a picture': whole('\x89PNG\r\n\x1a\n', 200, 'Content-Type: image/png\r\n'),
  'a body that says it is compressed': whole('\x1f\x8b\x08\x00{}', 200, `${json}Content-Encoding: gzip\r\n`),
  'no body': whole('', 200),
  'JSON of depth 60,000': whole(deep(60_000)),
  'JSON of depth 60,000 in an error': whole(`{"message":${deep(60_000)},"Code":${deep(60_000)}}`, 500),
  'objects of depth 60,000': whole(`${'{"a":'.repeat(60_000)}1${'}'.repeat(60_000)}`),
  'JSON of depth 2,000,000': whole(deep(2_000_000)),
  'XML of depth 60,000': whole(deep(60_000, '<a>', '</a>'), 500, xml),
  'XML with entities in entities': whole(
    `<!DOCTYPE a [<!ENTITY b "${'x'.repeat(1_000)}">${Array.from({ length: 20 }, (_, n) => `<!ENTITY c${n} "${`&c${n - 1};`.repeat(10)}">`).join('')}]><a>&c19;</a>`,
    500,
    xml,
  ),
  'a megabyte of question marks': whole(
    `{"message":"${'?'.repeat(mib)}","Message":"${'?'.repeat(mib)}"}`,
    500,
  ),
  'a megabyte of what begins as a token': whole(
    `{"message":"${'eyJ'.repeat(mib / 3)}","Code":"${'eyJ.'.repeat(mib / 4)}","Message":"${'eyJa.'.repeat(mib / 5)}"}`,
    500,
  ),
  'a megabyte of percent signs': whole(
    `{"message":"${'%25'.repeat(mib / 3)}","Message":"${'%'.repeat(mib)}"}`,
    500,
  ),
  'a megabyte of quotes': whole(
    `{"message":"${'\\"'.repeat(mib / 2)}","Message":"${'\\\\'.repeat(mib / 2)}"}`,
    500,
  ),
  'members beyond the limit': whole(`{${members(300_000)}}`),
  'members within the limit': whole(`{${members(95_000)}}`),
  'members within the limit and a long number': whole(`{${members(95_000)},"a":12345678901234567890}`),
  'long numbers within the limit': whole(`{"a":[${'12345678901234567890,'.repeat(95_000)}1]}`),
  'bytes that are no UTF-8': whole('{"message":"\xff\xfe\xc3\x28"}', 500),
  'half a character': whole('{"message":"\\ud83d","Message":"\\udead"}', 500),
  'a byte order mark and NUL': whole('\xef\xbb\xbf\x00{}'),
  null: whole('null'),
  'a list': whole('[]'),
  'a number': whole('1e999'),
  'a prototype': whole('{"__proto__":{"items":1},"constructor":{"prototype":1}}'),
};
