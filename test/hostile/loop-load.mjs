/**
 * Loaded by `--import` before the operator: finds the longest time that the event loop was held, as processor time of its
 * thread between two beats, which another load on the machine does not lengthen. At the end it writes that, in
 * milliseconds, and the peak of the resident memory, in KiB, to the file in HOSTILE_REPORT. SIGUSR2 begins again: loading
 * the program is no stall.
 */
import { writeFileSync } from 'node:fs';

const beatMs = 20;
let longestMs = 0;
let before = process.threadCpuUsage();

const beat = () => {
  const { user, system } = process.threadCpuUsage(before);
  longestMs = Math.max(longestMs, (user + system) / 1_000);
  before = process.threadCpuUsage();
};
setInterval(beat, beatMs).unref();
process.on('SIGUSR2', () => {
  beat();
  longestMs = 0;
});
process.on('exit', () => {
  const peakKib = process.resourceUsage().maxRSS;
  writeFileSync(process.env.HOSTILE_REPORT, JSON.stringify({ longestMs, peakKib }));
});
