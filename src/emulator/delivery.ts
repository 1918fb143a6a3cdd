/** Brings an answer to the client, or as much of it as a fault lets through. */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Spoiled } from './answer.ts';

/** Sends the answer; one without end goes on until the client leaves. */
export function deliver(response: ServerResponse, { answer, delivery, bytes }: Spoiled): void {
  if (delivery === 'none') return;
  if (delivery === 'dropped') {
    response.destroy();
    return;
  }
  const body = Buffer.from(answer.body);
  if (delivery === 'endless') {
    response.writeHead(answer.status, answer.headers);
    fillUp(response, body, Number.POSITIVE_INFINITY);
    return;
  }
  const length = delivery === 'whole' ? Math.max(body.length, bytes ?? 0) : body.length;
  response.writeHead(answer.status, { ...answer.headers, 'content-length': length });
  if (delivery === 'whole') {
    fillUp(response, body, length);
    return;
  }
  response.flushHeaders();
  response.write(body.subarray(0, bytes ?? Math.ceil(body.length / 2)), () => {
    if (delivery === 'cut') response.destroy();
  });
}

/** Sends the body and, up to `length` bytes in all, blanks, no faster than the client takes them. */
function fillUp(response: ServerResponse, body: Buffer, length: number): void {
  if (length === body.length) {
    response.end(body);
    return;
  }
  response.write(body);
  // A client that leaves is no failure.
  pipeline(Readable.from(blanks(length - body.length)), response).catch(() => {});
}

const block = Buffer.alloc(64 * 1024, ' ');

function* blanks(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= block.length) yield block.subarray(0, left);
}
