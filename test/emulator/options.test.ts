import { describe, expect, it } from 'vitest';
import { type EmulatorOptions, startEmulator } from '../../src/emulator/emulator.ts';
import { switchMistakes } from '../../src/emulator/switches.ts';

describe('the options of the emulator', () => {
  it.each<readonly [string, object]>([
    [
      'latencyMs must be a whole number from 0 to 86400000, not -1; speed is not a switch',
      { latencyMs: -1, speed: 1 },
    ],
    ['search must be one of substring, prefix, not "regex"', { search: 'regex' }],
    ['autoCreateApps must be true or false, not "yes"', { autoCreateApps: 'yes' }],
    ['failImageMarker must be a word of 1 to 100 characters without blanks, not ""', { failImageMarker: '' }],
    ['the app id app-1 must be app- and 16 to 60 digits', { apps: ['app-1'] }],
    ['must be host:port, such as 127.0.0.1:18080, not 18080', { listen: '18080' }],
    ['must be host:port, such as 127.0.0.1:18080, not localhost:70000', { adminListen: 'localhost:70000' }],
  ])('are refused: %s', async (message, options) => {
    await expect(startEmulator(options as EmulatorOptions)).rejects.toThrow(message);
  });

  it('leave a default in place where they are undefined', async () => {
    await using emulator = await startEmulator({ search: undefined, listen: undefined });
    expect(emulator.switches().search).toBe('substring');
  });

  it('take the addresses that they are given, and refuse one that is taken', async () => {
    await using first = await startEmulator({ listen: 'localhost:0', adminListen: '127.0.0.1:0' });
    expect(first.url).toMatch(/^http:\/\/localhost:\d+$/);
    const { host } = new URL(first.adminUrl);
    await expect(startEmulator({ adminListen: host })).rejects.toThrow('EADDRINUSE');
  });

  it('are judged without being taken', () => {
    expect(switchMistakes({ latencyMs: 1, search: 'prefix' })).toEqual([]);
    expect(switchMistakes({ constructor: 1 })).toEqual(['constructor is not a switch']);
  });
});
