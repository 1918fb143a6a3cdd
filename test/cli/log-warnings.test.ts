import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { logWarnings } from '../../src/cli/log-warnings.ts';
import { createLogger } from '../../src/telemetry/logger.ts';

let before: NodeJS.WarningListener[];
beforeEach(() => {
  before = process.listeners('warning');
});
afterEach(() => {
  process.removeAllListeners('warning');
  for (const listener of before) process.on('warning', listener);
});

it.each([
  { type: 'MaxListenersExceededWarning', level: 'warn' },
  { type: 'DeprecationWarning', level: 'debug' },
])('logs a $type at level $level, and nothing else prints it', async ({ type, level }) => {
  const lines: string[] = [];
  logWarnings(createLogger({ level: 'debug', stream: { write: (line) => void lines.push(line) } }));
  expect(process.listenerCount('warning')).toBe(1);
  const warned = once(process, 'warning');
  process.emitWarning('too many of them', { type });
  await warned;
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level, error: { message: 'too many of them' } },
  ]);
});
