/** What the logs of operators hold that no fault from outside explains. */
import { readFile } from 'node:fs/promises';

/** Errors of the language, which are bugs; and an end of its own accord for another reason than the lease. */
const suspicious =
  /"type":"(?:Type|Range|Reference|Syntax|Assertion)Error"|^error: (?!the lease was lost)|^Node\.js v/;

/** Each such line as `bug: line`. */
export async function bugsIn(logFiles: readonly string[]): Promise<readonly string[]> {
  const logs = await Promise.all(logFiles.map((file) => readFile(file, 'utf8')));
  return logs
    .flatMap((log) => log.split('\n').filter((line) => suspicious.test(line)))
    .map((line) => `bug: ${line}`);
}
