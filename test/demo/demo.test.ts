import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { findBinary } from '../control-plane/binaries.ts';
import { runKubectl } from '../control-plane/kubectl.ts';

interface Demo {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  /** What it left in the folder for temporary files. */
  readonly left: readonly string[];
}

/** Runs the demo to its end; `onLine` may interrupt it. */
async function runDemo(
  args: readonly string[],
  onLine: (line: string, interrupt: () => void) => void = () => undefined,
): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), 'edgeapp-demo-'));
  onTestFinished(() => rmdirSync(folder));
  const demo = spawn(process.execPath, ['test/demo/demo.ts', ...args], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = new Promise<number | null>((resolve) => demo.once('close', resolve));
  const stderr = text(demo.stderr);
  let stdout = '';
  for await (const line of createInterface(demo.stdout)) {
    stdout += `${line}\n`;
    onLine(line, () => demo.kill('SIGINT'));
  }
  return { stdout, stderr: await stderr, exitCode: await exit, left: readdirSync(folder) };
}

test('the demo shows the VersionIds and the refusal, ends by itself and leaves nothing', async () => {
  const { stdout, ...end } = await runDemo([]);
  expect(end).toEqual({ stderr: '', exitCode: 0, left: [] });
  expect(stdout).toMatch(/^ +blog-1-0-0 +True +Created .* ver-\d+/m);
  expect(stdout).toMatch(/^ +shop-1-4-2 +True +Created .* ver-\d+/m);
  expect(stdout).toMatch(/^ +unknown-app +False +AppNotFound .* InvalidApp.NotFound/m);
  expect(stdout).toMatch(/^ +Create the application or correct spec.appId/m);
});

test('--keep leaves it running as it says, until Ctrl+C', async () => {
  let corrected: Promise<unknown> | undefined;
  let kubeconfig = '';
  const { exitCode, left } = await runDemo(['--keep'], (line, interrupt) => {
    kubeconfig ||= /export KUBECONFIG=(\S+)/.exec(line)?.[1] ?? '';
    const patch = /kubectl patch eav unknown-app --type=merge -p '(.+)'/.exec(line)?.[1];
    if (patch) corrected = correct(kubeconfig, patch).finally(interrupt);
  });
  expect(await corrected).toMatchObject({ stdout: expect.stringContaining('condition met') });
  expect({ exitCode, left }).toEqual({ exitCode: 0, left: [] });
});

/** Corrects the refused sample as the demo proposes it. */
async function correct(kubeconfig: string, patch: string) {
  const kubectl = async (...args: string[]) =>
    runKubectl(await findBinary('kubectl'), tmpdir(), args, { kubeconfig });
  await kubectl('patch', 'eav', 'unknown-app', '--type=merge', '-p', patch);
  return kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'eav/unknown-app');
}

test('Ctrl+C on the way ends it and leaves nothing', async () => {
  const { exitCode, left } = await runDemo([], (line, interrupt) => {
    if (line.startsWith('1.')) interrupt();
  });
  expect({ exitCode, left }).toEqual({ exitCode: 130, left: [] });
});

test.for([['--kep'], ['keep']])('%s is refused with the usage', async (args) => {
  const { exitCode, stderr } = await runDemo(args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(args[0]);
  expect(stderr).toContain('Usage: npm run demo');
});
