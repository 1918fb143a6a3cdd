/** Shows the rows of a table of settings as options of a command. */
import { type Command, Option } from 'commander';
import type { Setting, Settings } from '../config/setting.ts';

/**
 * Adds one option for each setting. They are read leniently (a value may be missing, an unknown flag is kept among the
 * arguments), so that `readConfig` can report all mistakes together.
 */
export function addSettings(command: Command, table: Settings): Command {
  for (const setting of Object.values(table)) command.addOption(toOption(setting));
  return command
    .allowUnknownOption()
    .allowExcessArguments()
    .configureHelp({ optionTerm: ({ flags }) => flags.replace(/\[(.*)\]/, '<$1>') });
}

function toOption({
  flag,
  short,
  placeholder,
  variable,
  about,
  initial,
  isOptional,
}: Setting<unknown>): Option {
  const fallback = initial ? `default: ${initial}` : isOptional ? undefined : 'required';
  const notes = [variable, fallback].filter(Boolean);
  const letter = short ? `-${short}, ` : '';
  return new Option(
    `${letter}--${flag} [${placeholder.slice(1, -1)}]`,
    notes.length > 0 ? `${about} (${notes.join(', ')})` : about,
  );
}
