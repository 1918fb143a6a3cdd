/** Reads a file of manifests into memory, as far as one may be large. */
import { UsageError } from '../config/config.ts';
import { fileProblem } from '../core/errors/file-problem.ts';

const largestMiB = 8;

/**
 * The text of `source`, which is read no further than the bound.
 * @throws UsageError naming `file` where it cannot be read, or it or one document in it is too large
 */
export async function readBounded(file: string, source: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of source) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > largestMiB * 2 ** 20) throw new UsageError([tooLarge(file)]);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError([`${file} ${fileProblem(error)}`]);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text.split(/^---/m).some((part) => part.length > largestDocument))
    throw new UsageError([documentTooLarge(file)]);
  return text;
}

/** What etcd takes, in characters. */
const largestDocument = 1.5 * 2 ** 20;

function documentTooLarge(file: string): string {
  return `${file} has a document of more than 1.5 MiB, which no cluster takes as an object: split it`;
}

function tooLarge(file: string): string {
  return `${file} has more than ${largestMiB} MiB: split it; one object may have 256 KiB`;
}
