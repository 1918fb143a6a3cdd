/** Gets the programs of the control plane before the tests, whose hooks have a time limit that a first build may pass. */
import { findBinary } from './binaries.ts';
import { programNames } from './program-name.ts';

try {
  for (const program of programNames) await findBinary(program);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
