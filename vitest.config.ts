import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: [],
    pool: 'forks',
    // On two cores: several of the longest tests mostly wait, as for a lease to run out or for a settle delay.
    maxWorkers: 3,
    // Those that run side by side wait for a peer, as all those in test/hostile.
    maxConcurrency: 20,
    testTimeout: 60_000,
    hookTimeout: 600_000,
    // CommonJS packages look as they do in Node: the default import is the whole module.
    deps: { interopDefault: false },
  },
});
