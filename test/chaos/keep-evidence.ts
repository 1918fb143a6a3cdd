import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Evidence } from './evidence.ts';

/** Puts what a broken run left behind where it outlives it. @returns the folder */
export async function keepEvidence(evidence: Evidence, logFiles: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'edgeapp-chaos-evidence-'));
  await writeFile(join(folder, 'evidence.json'), JSON.stringify(evidence));
  await Promise.all(logFiles.map((file, index) => cp(file, join(folder, `operator-${index}.log`))));
  return folder;
}
