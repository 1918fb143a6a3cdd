/** What the kernel says of a process: CPU time and memory (proc(5); Linux only). */
import { readFile } from 'node:fs/promises';

export interface Memory {
  /** Megabytes of 2^20 bytes. */
  readonly rssMb: number;
  readonly peakMb: number;
  /** What of it is the process's own, without pages of files, which others share and the kernel may drop. */
  readonly anonymousMb: number;
}

/** Clock ticks a second in what the kernel shows to programs: 100 on every Linux machine that Node runs on. */
const ticksPerSecond = 100;

/**
 * User and system time of the process so far, with all its threads and without its children, in milliseconds.
 * @throws Error where there is no such process
 */
export async function readCpuMs(pid: number | undefined): Promise<number> {
  return parseCpuMs(await readFile(`/proc/${pid}/stat`, 'utf8'));
}

export async function readMemory(pid: number): Promise<Memory> {
  return parseMemory(await readFile(`/proc/${pid}/status`, 'utf8'));
}

/** @param stat the text of /proc/PID/stat; its second field, a name in brackets, may itself hold blanks and brackets */
export function parseCpuMs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])];
  if (Number.isNaN(userTicks + systemTicks)) throw new TypeError(`not the text of /proc/PID/stat: ${stat}`);
  return ((userTicks + systemTicks) * 1000) / ticksPerSecond;
}

/** @param status the text of /proc/PID/status */
export function parseMemory(status: string): Memory {
  return {
    rssMb: kilobytes(status, 'VmRSS') / 1024,
    peakMb: kilobytes(status, 'VmHWM') / 1024,
    anonymousMb: kilobytes(status, 'RssAnon') / 1024,
  };
}

function kilobytes(status: string, field: string): number {
  const value = new RegExp(`^${field}:\\s+([0-9]+) kB$`, 'm').exec(status)?.[1];
  if (value === undefined) throw new TypeError(`/proc/PID/status has no line ${field}`);
  return Number(value);
}
