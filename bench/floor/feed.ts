/** Tells the bare loop of the objects it is to work on, which a controller would learn from its watch. */
import { request } from 'node:http';

export interface Feed {
  /** @param object as the API server answered to its create */
  give(object: object): void;
  close(): void;
}

/** @param healthUrl of the bare loop */
export function openFeed(healthUrl: string): Feed {
  const stream = request(`${healthUrl}/objects`, { method: 'POST' });
  stream.on('response', (response) => response.resume());
  // It ends with the process that reads it, at the end of the run.
  stream.on('error', () => {});
  return { give: (object) => stream.write(`${JSON.stringify(object)}\n`), close: () => stream.end() };
}
