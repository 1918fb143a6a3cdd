/** The commands with their help; what a command does is loaded when it is asked for. */
import { Command, CommanderError } from 'commander';
import { processEnvironment, UsageError } from '../config/config.ts';
import { planSettings, probeSettings, runSettings } from '../config/settings.ts';
import { ExpectedError } from '../core/errors/expected-error.ts';
import { ProxySettingError } from '../http/proxy-setting.ts';
import { addEmulatorOptions } from './emulator-options.ts';
import { addSettings } from './setting-options.ts';
import { version } from './version.ts';
import { writeLines } from './write-lines.ts';

/** 0: done; 1: it failed, a manifest is refused or a question has no answer; 2: the command was not understood. */
export type ExitCode = 0 | 1 | 2;

/** @param args what came after the program's name */
export async function runCommandLine(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error);
  }
}

function createProgram(exit: (code: ExitCode) => void): Command {
  const env = processEnvironment;
  const program = new Command('edgeapp')
    .description('Kubernetes operator for the versions of Alibaba Cloud ESA edge container apps')
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    // It quotes arguments.
    .configureOutput({ writeErr: (text) => writeLines(process.stderr, text.trimEnd().split('\n')) })
    .addHelpText('after', '\nEach command has its own help: edgeapp run --help');

  addSettings(program.command('run'), runSettings)
    .description('turn EdgeAppVersion resources into versions in the cloud, until stopped')
    .addHelpText('after', runHelp)
    .action(async (flags, { args }: Command) => {
      const { run } = await import('./run.ts');
      exit(await run({ flags, strays: args, env }));
    });

  addEmulatorOptions(program.command('emulator'))
    .description('answer like the ESA API on this machine, to try things out without an account')
    .action(async (flags) => {
      const { emulate } = await import('./emulator.ts');
      exit(await emulate(flags));
    });

  addSettings(
    program
      .command('plan')
      .option(
        '-f, --filename <file>',
        'the manifests; - for standard input (required, may be repeated)',
        collect,
      ),
    planSettings,
  )
    .description('print the request that a manifest becomes, or every reason why it is refused; offline')
    .addHelpText('after', planHelp)
    .action(async ({ filename, ...flags }, { args }: Command) => {
      const { plan } = await import('./plan.ts');
      exit(await plan(filename, { flags, strays: args, env }));
    });

  program
    .command('explain <reason|code>')
    .description('print what docs/errors.md says of a reason or a code, and what to do; offline')
    .addHelpText('after', explainHelp)
    .action(async (word: string) => {
      const { explain } = await import('./explain.ts');
      explain(word);
    });

  addSettings(
    program
      .command('probe')
      .option('--yes', 'go on without asking, for scripts')
      .option('--only-clean-up', 'ask nothing; delete what an earlier probe left behind'),
    probeSettings,
  )
    .description('ask a real account what the API documentation leaves open; prints the flags for run')
    .addHelpText('after', probeHelp)
    .action(async ({ yes = false, onlyCleanUp = false, ...flags }, { args }: Command) => {
      const { probe } = await import('./probe.ts');
      exit(await probe({ isAgreed: yes, isOnlyCleanUp: onlyCleanUp }, { flags, strays: args, env }));
    });
  return program;
}

const runHelp = `
A flag goes before its variable. The access key comes from the variables ALIBABA_CLOUD_ACCESS_KEY_ID,
ALIBABA_CLOUD_ACCESS_KEY_SECRET and, for a temporary key, ALIBABA_CLOUD_SECURITY_TOKEN, or from a folder.

Examples:
  edgeapp run --esa-endpoint https://esa.cn-hangzhou.aliyuncs.com --owner-id prod-hangzhou
  edgeapp run --esa-endpoint http://127.0.0.1:18080 --owner-id laptop --namespace shop --log-level debug`;

const planHelp = `
Exit code: 0 if every manifest would be sent, 1 if one is refused, 2 if the command was not understood.

Examples:
  edgeapp plan -f shop.yaml --owner-id prod-hangzhou
  kubectl kustomize overlays/prod | edgeapp plan -f - -o json`;

const explainHelp = `
A reason is that of a condition, a code is status.error.code; upper and lower case are the same.

Examples:
  edgeapp explain NameReserved
  edgeapp explain InvalidApp.NotFound`;

const probeHelp = `
It creates versions in the app, watches them and deletes them again; no other version is touched, nothing is published.
It says what it will do and asks before it starts. The access key comes as for edgeapp run.

Exit code: 0 if every question was answered, 1 if one was not or something is left behind, 2 if the command was not
understood.

Example:
  edgeapp probe --esa-endpoint https://esa.cn-hangzhou.aliyuncs.com --app-id app-880688675783790001 \\
    --image registry.cn-hangzhou.aliyuncs.com/shop/web:1.4.2`;

function collect(file: string, earlier: readonly string[] = []): string[] {
  return [...earlier, file];
}

/** What went wrong outside gets its words; a bug keeps its stack. */
function explain(error: unknown): ExitCode {
  // It has been printed already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    const lines = error.mistakes.map((mistake) => `error: ${mistake}`);
    writeLines(process.stderr, [...lines, 'See edgeapp <command> --help.']);
    return 2;
  }
  if (!isExpected(error)) throw error;
  writeLines(process.stderr, [`error: ${error.message}`]);
  return 1;
}

/** Ours, or the system's such as EADDRINUSE. Codes that begin with ERR_ are Node's for a call that was made wrongly. */
function isExpected(error: unknown): error is Error {
  if (error instanceof ExpectedError || error instanceof ProxySettingError) return true;
  const { code = '' } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  return code !== '' && !String(code).startsWith('ERR_');
}
