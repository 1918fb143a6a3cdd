import { describe, expect, it } from 'vitest';
import { parseCpuMs, parseMemory, readCpuMs, readMemory } from '../../../bench/measure/process-usage.ts';

const stat = (name: string) =>
  `4242 (${name}) S 1 4242 4242 0 -1 4194560 9000 0 3 0 123 45 67 89 20 0 11 0 5551 1200000 3000 18446744073709551615`;

describe('parseCpuMs', () => {
  it.each(['node', 'my (odd) name', 'S 1 2) R 9'])(
    'adds user and system time, and leaves out that of children, of a process named "%s"',
    (name) => {
      expect(parseCpuMs(stat(name))).toBe(1680);
    },
  );

  it('says what it was given where that is something else', () => {
    expect(() => parseCpuMs('no such process')).toThrow('no such process');
  });
});

describe('parseMemory', () => {
  const status =
    'Name:\tnode\nVmPeak:\t 999999 kB\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\nRssAnon:\t   51200 kB\nThreads:\t11\n';

  it('takes the resident set, its peak and its anonymous part, not the address space', () => {
    expect(parseMemory(status)).toEqual({ rssMb: 100, peakMb: 200, anonymousMb: 50 });
  });

  it('names the line that is missing', () => {
    expect(() => parseMemory('Name:\tkthreadd\n')).toThrow('VmRSS');
  });
});

describe.runIf(process.platform === 'linux')('a process that runs', () => {
  it('has CPU time that agrees with what Node says of itself, but for a tick of each kind', async () => {
    const { user, system } = process.cpuUsage();
    const ownMs = (user + system) / 1000;
    const seenMs = await readCpuMs(process.pid);
    const laterMs = (process.cpuUsage().user + process.cpuUsage().system) / 1000;
    expect(seenMs).toBeGreaterThanOrEqual(ownMs - 20);
    expect(seenMs).toBeLessThanOrEqual(laterMs + 20);
  });

  it('has used at its peak no less than now', async () => {
    const { rssMb, peakMb, anonymousMb } = await readMemory(process.pid);
    expect(anonymousMb).toBeGreaterThan(1);
    expect(rssMb).toBeGreaterThan(anonymousMb);
    expect(peakMb).toBeGreaterThanOrEqual(rssMb);
  });
});
