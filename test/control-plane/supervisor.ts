/**
 * A program of its own that owns one folder and the processes that work in it. It is the parent of those processes, so
 * when whoever started it goes away, even by SIGKILL, it ends them by their own ids and removes the folder. Talks over
 * the IPC channel of `fork` (see supervised-folder.ts); its argument is the prefix of the folder to create.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { SupervisorEvent, SupervisorRequest } from './supervised-folder.ts';

const prefix = process.argv[2];
if (prefix === undefined) throw new Error('supervisor: the prefix of the folder is missing');
const folder = mkdtempSync(prefix);
const children = new Map<number, ChildProcess>();
let closing = false;

function report(event: SupervisorEvent): void {
  // Without a reader there is nobody to tell: 'disconnect' follows and cleans up.
  if (process.connected) process.send?.(event, undefined, {}, () => undefined);
}

function startProcess(request: Extract<SupervisorRequest, { type: 'start' }>): void {
  const { id, command, args, env, cwd, logFile } = request;
  const log = openSync(logFile, 'a');
  // Its own process group: a Ctrl-C in the terminal does not reach it, and its own children end with it.
  const child = spawn(command, args, {
    cwd: cwd ?? folder,
    env,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.once('spawn', () => {
    children.set(id, child);
    report({ type: 'started', id, pid: child.pid ?? -1 });
  });
  child.once('error', (error) => report({ type: 'failed', id, message: error.message }));
  child.once('exit', (exitCode, signal) => {
    children.delete(id);
    report({ type: 'exited', id, exitCode, signal });
  });
}

function signalGroup(child: ChildProcess | undefined, signal: NodeJS.Signals): void {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function cleanUp(): Promise<void> {
  if (closing) return;
  closing = true;
  const exits = [...children.values()].map((child) => new Promise((resolve) => child.once('exit', resolve)));
  for (const child of children.values()) signalGroup(child, 'SIGKILL');
  await Promise.all(exits);
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  process.exit(0);
}

process.on('message', (request: SupervisorRequest) => {
  if (closing) return;
  if (request.type === 'start') startProcess(request);
  else if (request.type === 'signal') signalGroup(children.get(request.id), request.signal);
  else void cleanUp();
});
process.on('disconnect', () => void cleanUp());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void cleanUp());
report({ type: 'ready', folder });
