import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { planSettings, probeSettings, runSettings } from '../../src/config/settings.ts';
import { switchTable } from '../../src/emulator/switches.ts';
import { EdgeappProcess, edgeapp } from './edgeapp-process.ts';

const flagsOf = (table: Readonly<Record<string, { readonly flag: string }>>) =>
  Object.values(table).map(({ flag }) => `--${flag} <`);
const switchFlags = Object.keys(switchTable).map(
  (name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} <`,
);

describe('edgeapp', () => {
  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(await edgeapp('--version')).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    { args: ['--help'], wanted: ['run', 'emulator', 'plan', 'explain', 'probe', '--version'] },
    {
      args: ['run', '--help'],
      wanted: [
        ...flagsOf(runSettings),
        'EDGEAPP_OWNER_ID',
        'required',
        'ALIBABA_CLOUD_ACCESS_KEY_ID',
        'Examples:',
      ],
    },
    {
      args: ['plan', '--help'],
      wanted: [...flagsOf(planSettings), '-f, --filename', 'Exit code', 'Examples:'],
    },
    {
      args: ['probe', '--help'],
      wanted: [...flagsOf(probeSettings), '--yes', '--only-clean-up', 'Exit code', 'Example:'],
    },
    { args: ['emulator', '--help'], wanted: ['--listen <', '--app <', ...switchFlags, 'Examples:'] },
  ])('explains itself: $args', async ({ args, wanted }) => {
    const { exitCode, stdout } = await edgeapp(...args);
    expect(exitCode).toBe(0);
    expect(wanted.filter((text) => !stdout.includes(text))).toEqual([]);
  });

  it.each([
    { title: 'no command', args: [], says: 'Usage: edgeapp' },
    { title: 'an unknown command', args: ['apply'], says: "unknown command 'apply'" },
    {
      title: 'an unknown flag of the emulator',
      args: ['emulator', '--speed'],
      says: "unknown option '--speed'",
    },
    {
      title: 'a wrong switch of the emulator',
      args: ['emulator', '--max-versions', 'few'],
      says: 'a whole number from 0',
    },
    {
      title: 'a word of JavaScript for a switch of the emulator',
      args: ['emulator', '--auto-create-apps', 'constructor'],
      says: 'It must be',
    },
  ])('refuses $title with exit code 2', async ({ args, says }) => {
    const { exitCode, stderr } = await edgeapp(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(says);
  });

  it.each<{ args: string[] }>([
    { args: [] },
    { args: ['run'] },
    { args: ['emulator'] },
    { args: ['explain', 'a'] },
    { args: ['emulator', '--listen'] },
    { args: ['emulator', '--build-delay-ms'] },
  ])('prints nothing that a terminal would obey where it quotes what comes after $args', async ({ args }) => {
    const { exitCode, stderr } = await edgeapp(...args, '\u001b[31m\u009b\u202e\r\nerror: x');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('\\u001b[31m');
    expect(stderr).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
  });

  it('asks for a file where a variable of the shell was empty', async () => {
    const { exitCode, stderr } = await edgeapp('plan', '-f', '');
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--filename must be set'),
    });
  });

  it.each(['plan -f deploy/samples/minimal.yaml', 'plan --help'])(
    'fails with one sentence where the output of %s cannot be written',
    async (command) => {
      const full = `"$0" bin/edgeapp ${command} > /dev/full; echo $?`;
      const { stdout, stderr } = await promisify(execFile)('sh', ['-c', full, process.execPath]);
      expect(stdout).toBe('1\n');
      expect(stderr).toMatch(/^error: standard output cannot be written: ENOSPC: .*$/m);
      expect(stderr).not.toMatch(/\n\s+at /);
    },
  );

  it('ends quietly when nobody reads its output any more', async () => {
    const pipe = '"$0" bin/edgeapp emulator --help | head -n 1';
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', pipe, process.execPath]);
    expect({ stdout, stderr }).toEqual({ stdout: 'Usage: edgeapp emulator [options]\n', stderr: '' });
  });

  it('ends with one sentence on an older Node', async () => {
    const older = `data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'20.19.0'}})`;
    const { exitCode, stdout, stderr } = await new EdgeappProcess({
      args: ['run'],
      nodeArgs: ['--import', older],
    }).ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^edgeapp needs Node\.js 24 or newer, .*\n$/);
  });

  it('brings its own Node, so npx finds no fault with the one that README.md asks for', () => {
    const { engines, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    const [, asked] = /You need Node (\d+) or newer/.exec(readFileSync('README.md', 'utf8')) ?? [];
    expect(engines.node).toBe(`>=${asked}`);
    expect(devDependencies).toHaveProperty('node');
  });

  it('has a starter that every Node can read', async () => {
    const starter = readFileSync('bin/edgeapp', 'utf8');
    const [, built] = /target: 'node(\d+)'/.exec(readFileSync('build.ts', 'utf8')) ?? [];
    expect(starter).toContain(`required = ${built};`);
    await expect(transform(starter, { target: 'es5' })).resolves.toMatchObject({ warnings: [] });
  });
});
