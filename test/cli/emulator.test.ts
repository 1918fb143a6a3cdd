import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EdgeappProcess, edgeapp } from './edgeapp-process.ts';

const anyPorts = ['--listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0'];

describe('edgeapp emulator', () => {
  it('says where it answers, does so, and ends in order', async () => {
    await using emulator = new EdgeappProcess({ args: ['emulator', ...anyPorts] });
    const [, url] = await emulator.printed(/answers at (http:\S+),/);
    const [, adminUrl] = await emulator.printed(/controls at (http:\S+)\./);
    expect(await (await fetch(`${url}/?Action=GetEdgeContainerApp`)).json()).toMatchObject({
      Code: expect.any(String),
    });
    expect((await fetch(`${adminUrl}/calls`)).status).toBe(200);
    const { exitCode, stdout, stderr } = await emulator.stop('SIGINT');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`export EDGEAPP_ESA_ENDPOINT=${url}\n`);
  });

  it('takes apps, switches and a state file from its flags', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'edgeapp-emulator-'));
    const stateFile = join(folder, 'state');
    const flags = ['--app', 'app-880688675783790001', '--app', 'app-880688675783790002'];
    const switches = ['--build-delay-ms', '1234', '--search', 'prefix', '--auto-create-apps', 'true'];
    await using emulator = new EdgeappProcess({
      args: ['emulator', ...anyPorts, ...flags, ...switches, '--state-file', stateFile],
    });
    const [, adminUrl] = await emulator.printed(/controls at (http:\S+)\./);
    const shown = await (await fetch(`${adminUrl}/switches`)).json();
    expect(shown).toMatchObject({
      buildDelayMs: 1234,
      search: 'prefix',
      autoCreateApps: true,
      verifySignatures: true,
    });
    await emulator.stop();
    expect(await readFile(stateFile, 'utf8')).toMatch(/app-880688675783790001.*app-880688675783790002/s);
    await rm(folder, { recursive: true });
  });

  it('says in words why a state file cannot be used', async () => {
    const { exitCode, stderr } = await edgeapp('emulator', ...anyPorts, '--state-file', tmpdir());
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`error: --state-file ${tmpdir()} is a folder, not a file\n`);
  });

  it('ends with exit code 1 and the reason when its port is taken', async () => {
    await using first = new EdgeappProcess({ args: ['emulator', ...anyPorts] });
    const [, port] = await first.printed(/answers at http:\/\/127\.0\.0\.1:(\d+),/);
    const { exitCode, stderr } = await edgeapp('emulator', ...anyPorts, '--listen', `127.0.0.1:${port}`);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(new RegExp(`^error: .*${port}.*\n$`));
  });
});
