/**
 * Loaded by `--import` before a Node system: measures how late its event loop is and writes the 99th percentile, in
 * milliseconds, to the file in BENCH_EVENT_LOOP_FILE when the process ends. SIGUSR2 begins anew.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

// At 10 ms the sampling itself would be half of all CPU time of an operator at rest.
const resolutionMs = 50;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
delay.enable();
process.on('SIGUSR2', () => delay.reset());
process.on('exit', () => {
  const lateMs = Math.max(0, delay.percentile(99) / 1e6 - resolutionMs);
  writeFileSync(process.env.BENCH_EVENT_LOOP_FILE, String(lateMs));
});
