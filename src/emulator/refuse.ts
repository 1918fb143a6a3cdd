/** Ends a request that could not be served; nothing that comes in may end the emulator. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyTooLarge } from './decoded-call.ts';

/**
 * A plain text with the status 413 for a body that is too large, with 500 and a line on stderr for a mistake of the
 * emulator itself; where the client left, the emulator stops or the answer has begun, the connection ends.
 */
export function refuse(request: IncomingMessage, response: ServerResponse, error: Error): void {
  const isOver = error.name === 'AbortError' || request.errored !== null;
  const isTooLarge = error instanceof BodyTooLarge;
  if (!isOver && !isTooLarge) process.stderr.write(`emulator: ${error.stack}\n`);
  if (isOver || response.headersSent) {
    response.destroy();
    return;
  }
  const text = isTooLarge ? error.message : 'mistake in the emulator, see its stderr';
  response.writeHead(isTooLarge ? 413 : 500, { 'content-type': 'text/plain', connection: 'close' });
  response.end(`${text}\n`);
}
