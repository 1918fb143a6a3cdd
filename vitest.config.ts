import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/** The workers, and the programs that tests start, load the same modules again and again: compiled once will do. */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

const all = 'test/**/*.test.ts';

/** Each in a process of its own: they change it or measure it, or take so long that its start does not count. */
const apart = [
  'test/{chaos,control-plane,demo,e2e,hostile,simulation}/**/*.test.ts',
  'test/bench/settled/snapshot.test.ts',
  'test/cli/log-warnings.test.ts',
  'test/esa/{hang-up,http-sender,proxy,signature,tls}.test.ts',
  'test/kube/{api-server,cache-memory,informer-in-pages}.test.ts',
  'test/telemetry/memory-release.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: [],
    pool: 'forks',
    // On two cores: several of the longest tests mostly wait, as for a lease to run out or for a settle delay.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Those that run side by side wait for a peer, as all those in test/hostile.
    maxConcurrency: 20,
    // A test that hangs ends by it; on a busy machine everything takes many times as long.
    testTimeout: 300_000,
    hookTimeout: 600_000,
    // CommonJS packages look as they do in Node: the default import is the whole module.
    deps: { interopDefault: false },
    projects: [
      { extends: true, test: { name: 'apart', include: apart } },
      // To load the same modules for each file again takes longer than most of these tests.
      { extends: true, test: { name: 'together', include: [all], exclude: apart, isolate: false } },
    ],
  },
});
