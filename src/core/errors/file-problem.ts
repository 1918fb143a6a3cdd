/** Says in words why a file cannot be read. */

const words: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there: a part of its path is a file, not a folder',
  EISDIR: 'is a folder, not a file',
  EACCES: 'may not be read by the user of this process',
  EPERM: 'may not be read by the user of this process',
};

/** What follows the path in a sentence. @param error what reading the file ended with */
export function fileProblem(error: unknown): string {
  const { code = 'an unknown error' } = error as { readonly code?: string };
  return words[code] ?? `cannot be read (${code})`;
}
