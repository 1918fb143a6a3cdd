/**
 * The bare loop as a process: the requests that the operator makes for an object, in its order and by its own clients,
 * with nothing of a controller around them. Objects come as lines of JSON to POST /objects.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { EdgeAppVersion } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { workers } from '../systems/system.ts';
import { connect } from './connect.ts';
import { performRequests } from './perform-requests.ts';

const { values } = parseArgs({
  options: {
    'esa-endpoint': { type: 'string', default: '' },
    'owner-id': { type: 'string', default: '' },
    'health-bind-address': { type: 'string', default: '' },
  },
});
const connections = await connect({ esaEndpoint: values['esa-endpoint'], ownerId: values['owner-id'] });
const waiting: EdgeAppVersion[] = [];
let running = 0;

const server = createServer((request, response) => {
  void take(request).then(() => response.end());
});
const [host, port] = values['health-bind-address'].split(':');
server.listen(Number(port), host);
await once(process, 'SIGTERM');
process.exit();

async function take(request: IncomingMessage): Promise<void> {
  if (request.method !== 'POST') return;
  for await (const line of createInterface(request)) {
    waiting.push(JSON.parse(line));
    startNext();
  }
}

function startNext(): void {
  if (running >= workers) return;
  const object = waiting.shift();
  if (!object) return;
  running += 1;
  void performRequests(connections, object).then(() => {
    running -= 1;
    startNext();
  });
}
