/** The emulator's options, made from its own table of switches. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type SwitchName, switchTable } from '../emulator/switches.ts';

export function addEmulatorOptions(command: Command): Command {
  command
    .option('--listen <host:port>', 'where the API answers', '127.0.0.1:18080')
    .option('--admin-listen <host:port>', 'where faults, switches and the call log are', '127.0.0.1:18081')
    .option('--app <id>', 'an app that exists from the start (may be repeated)', collect)
    .option('--state-file <file>', 'keeps apps and versions in this file')
    .optionsGroup('Switches:');
  for (const name of Object.keys(switchTable) as SwitchName[]) command.addOption(toOption(name));
  return command.addHelpText('after', help);
}

const help = `
Examples:
  edgeapp emulator --app app-880688675783790001
  edgeapp emulator --listen 127.0.0.1:0 --auto-create-apps true --build-delay-ms 2000`;

function toOption(name: SwitchName): Option {
  const { initial, expects, about } = switchTable[name];
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return new Option(`--${flag} <value>`, `${about} (${expects})`).default(initial).argParser((text) => {
    const value = toValue(text, initial);
    if (!switchTable[name].accepts(value)) throw new InvalidArgumentError(`It must be ${expects}.`);
    return value;
  });
}

function toValue(text: string, like: string | number | boolean): unknown {
  if (typeof like === 'number') return /^[0-9]+$/.test(text) ? Number(text) : undefined;
  if (typeof like === 'boolean') return text === 'true' || (text === 'false' ? false : undefined);
  return text;
}

function collect(app: string, earlier: readonly string[] = []): string[] {
  return [...earlier, app];
}
