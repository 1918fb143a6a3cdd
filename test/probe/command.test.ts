/** `edgeapp probe` as a process of its own. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { askToGoOn } from '../../src/cli/ask-to-go-on.ts';
import { runSettings } from '../../src/config/settings.ts';
import { EdgeappProcess } from '../cli/edgeapp-process.ts';
import { keys } from '../esa/connect.ts';
import { ConnectProxy } from '../support/connect-proxy.ts';
import { appId, goodImage, ProbeWorld } from './probe-world.ts';
import { createAction } from './question-case.ts';

const environment = (secret: string) => ({
  ALIBABA_CLOUD_ACCESS_KEY_ID: keys.accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret,
});

function probe(world: ProbeWorld, flags: readonly string[], secret = keys.accessKeySecret): EdgeappProcess {
  const given = ['--esa-endpoint', world.emulator.url, '--app-id', appId, '--image', goodImage];
  return new EdgeappProcess({
    args: ['probe', ...given, ...flags],
    env: environment(secret),
  });
}

describe('edgeapp probe', () => {
  test('refuses to start where nobody can be asked and --yes is not given', async () => {
    await using world = await ProbeWorld.start();
    await using process = probe(world, ['--output', 'xml']);
    const { exitCode, stdout, stderr } = await process.ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('--yes must be given where there is no terminal to ask at');
    expect(stderr).toContain('--output must be one of text, json');
    expect(world.emulator.calls()).toEqual([]);
  });

  test('names every setting that is missing', async () => {
    await using process = new EdgeappProcess({ args: ['probe', '--yes'] });
    const { exitCode, stderr } = await process.ended;
    expect(exitCode).toBe(2);
    for (const name of ['--esa-endpoint', '--app-id', '--image', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET'])
      expect(stderr).toContain(`${name}`);
  });

  test('goes by the proxy that the environment names, and says what that refuses', async () => {
    await using proxy = await ConnectProxy.start({ user: 'me:other' });
    await using process = new EdgeappProcess({
      args: [
        'probe',
        '--yes',
        '--esa-endpoint',
        'https://esa.example.com',
        '--app-id',
        appId,
        '--image',
        goodImage,
      ],
      env: { ...environment(keys.accessKeySecret), HTTPS_PROXY: proxy.url('me:hunter2') },
    });
    const { exitCode, stderr } = await process.ended;
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`Calls to https://esa.example.com go by the proxy ${proxy.url()}.`);
    expect(stderr).toMatch(/failed with ProxyRefused \(.*HTTP 407 Proxy Authentication Required\)/);
    expect(stderr).not.toContain('hunter2');
  });

  test('says what it will do, answers everything, and ends with the flags', async () => {
    await using world = await ProbeWorld.start({ duplicateNames: 'allowed' });
    await using process = probe(world, ['--yes', '--failing-image', 'build-fails:1']);
    const { exitCode, stdout, stderr } = await process.ended;
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /ask 17 questions, with at most \d+ creates of versions named edgeapp-probe-[0-9a-f]{8}-\*/,
    );
    expect(stderr).toContain('leave every other version alone, 5 in all');
    const flags = stdout.trimEnd().split('\n').slice(-3);
    expect(flags.map((line) => line.trim().replace(/\s+#.*/, ''))).toEqual([
      '--duplicate-names unproven',
      '--blanks-in-hooks quote',
      '--blanks-in-commands refuse',
    ]);
    const known = Object.values(runSettings).map(({ flag }) => `--${flag}`);
    expect(flags.filter((line) => !known.includes(line.trim().split(' ')[0] ?? ''))).toEqual([]);
    expect(world.strays()).toEqual([]);
  });

  test('prints JSON for programs, without a secret', async () => {
    await using world = await ProbeWorld.start();
    await using process = probe(world, ['--yes', '-o', 'json']);
    const { exitCode, stdout, stderr } = await process.ended;
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ appId, left: [], esaEndpoint: world.emulator.url },
      flags: [{ flag: '--duplicate-names refused', question: 'duplicate-names' }, {}, {}],
      neverAsked: [expect.stringContaining('published'), expect.stringContaining('calls a second')],
    });
    expect(JSON.parse(stdout).answers[3]).toMatchObject({
      id: 'remarks',
      evidence: [
        { operation: createAction, requestId: expect.any(String), versionId: expect.any(String) },
        {},
      ],
    });
    for (const secret of Object.values(keys)) expect(stdout + stderr).not.toContain(secret);
  });

  test('shows as escapes what a terminal would obey', async () => {
    await using world = await ProbeWorld.start({ ids: [] });
    const odd = '\u001b]0;owned\u0007\u009b2J\u202e\r\nFlags for edgeapp run:';
    const answer = { kind: 'error', code: `Odd${odd}`, status: 403, message: odd } as const;
    world.emulator.setFault({ action: 'GetEdgeContainerApp', count: 'always', answer });
    await using refused = probe(world, ['--yes']);
    const { exitCode, stderr } = await refused.ended;
    expect(exitCode).toBe(1);
    expect(stderr).toContain(']0;owned');
    expect(stderr).not.toMatch(/[^\P{Cc}\n]|\p{Cf}|^Flags/mu);
  });

  test('ends with the cause and the remedy where the key is refused', async () => {
    await using world = await ProbeWorld.start();
    await using process = probe(world, ['--yes'], 'wrong-secret');
    const { exitCode, stdout, stderr } = await process.ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(
      /^error: GetEdgeContainerApp failed with SignatureDoesNotMatch, RequestId [0-9A-F-]+ \(.+\): \S.*\n$/,
    );
    expect(stderr).not.toContain('wrong-secret');
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'at %s finishes the call under way and deletes what it made',
    async (signal) => {
      await using world = await ProbeWorld.start({ buildDelayMs: 3_600_000 });
      const { id } = world.emulator.setFault({ action: createAction, skip: 4, hold: 'after-commit' });
      await using process = probe(world, ['--yes']);
      await world.emulator.waitForCall(({ outcome }) => outcome.fault === id);
      const ended = process.stop(signal);
      await process.printed(/Stopping: deleting what was created/);
      expect(world.strays()).toHaveLength(1);
      world.emulator.releaseFault(id);
      const { exitCode, stdout } = await ended;
      expect(exitCode).toBe(1);
      expect(stdout).toContain('the probe was stopped');
      expect(world.strays()).toEqual([]);
    },
  );

  test('finds what a killed run left behind, and deletes it with --only-clean-up', async () => {
    await using world = await ProbeWorld.start();
    const { id } = world.emulator.setFault({ action: createAction, hold: 'after-commit' });
    await using killed = probe(world, ['--yes']);
    await world.emulator.waitForCall(({ outcome }) => outcome.fault === id && outcome.committed === true);
    await killed.stop('SIGKILL');
    const [stray = ''] = world.strays();
    world.emulator.clearCalls();

    await using cleaner = probe(world, ['--yes', '--only-clean-up']);
    const { exitCode, stderr } = await cleaner.ended;
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(new RegExp(`delete what an earlier probe left behind.*\n.*ver-\\d+ ${stray}`));
    expect(world.strays()).toEqual([]);
    expect(world.emulator.calls().filter(({ action }) => action === createAction)).toEqual([]);
  });

  test('names what it cannot delete, with the command that does', async () => {
    await using world = await ProbeWorld.start({ ids: [] });
    const versionId = await world.leaveBehind('seen-1');
    world.emulator.setAccessKey(keys.accessKeyId, {
      ...{ secret: keys.accessKeySecret, deny: ['DeleteEdgeContainerAppVersion'] },
    });
    await using process = probe(world, ['--yes', '--only-clean-up']);
    await process.printed(/deleting whatever is left/);
    const { exitCode, stdout } = await process.stop('SIGINT');
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`${versionId} edgeapp-probe-0123abcd-seen-1: `);
    const [, command = ''] = stdout.match(/To delete it:\n {2}edgeapp (.*)\n/) ?? [];
    world.emulator.setAccessKey(keys.accessKeyId, { secret: keys.accessKeySecret });
    await using again = new EdgeappProcess({
      args: [...command.split(' '), '--yes'],
      env: environment(keys.accessKeySecret),
    });
    expect((await again.ended).exitCode).toBe(0);
    expect(world.strays()).toEqual([]);
  });
});

test('edgeapp probe goes on where nobody reads its progress any more', async () => {
  await using world = await ProbeWorld.start({ duplicateNames: 'allowed' });
  const given = `--esa-endpoint ${world.emulator.url} --app-id ${appId} --image ${goodImage} --yes`;
  const pipe = `"$0" bin/edgeapp probe ${given} 2>&1 >/dev/null | head -n 1`;
  const env = { ...process.env, ...environment(keys.accessKeySecret) };
  const { stdout } = await promisify(execFile)('sh', ['-c', pipe, process.execPath], { env });
  expect(stdout).toContain('and the key is taken');
  expect(world.emulator.calls().some(({ parameters }) => parameters.Name?.endsWith('-page-3'))).toBe(true);
  expect(world.strays()).toEqual([]);
});

describe('the question before it starts', () => {
  test.each([
    { typed: `${appId}\n`, agreed: true },
    { typed: ` ${appId} \n`, agreed: true },
    { typed: 'yes\n', agreed: false },
    { typed: '\n', agreed: false },
    { typed: '', agreed: false },
  ])('takes $typed for $agreed', async ({ typed, agreed }) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const answer = askToGoOn('Type the app id to go on: ', appId, { input, output });
    const [shown] = await once(output, 'data');
    input.end(typed);
    expect(String(shown)).toBe('Type the app id to go on: ');
    expect(await answer).toBe(agreed);
  });
});
