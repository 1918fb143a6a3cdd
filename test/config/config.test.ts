import { describe, expect, it } from 'vitest';
import { type Given, readConfig, readSettings, UsageError } from '../../src/config/config.ts';
import type { Setting } from '../../src/config/setting.ts';
import { planSettings, probeSettings, runSettings } from '../../src/config/settings.ts';

const complete = {
  EDGEAPP_ESA_ENDPOINT: 'https://esa.cn-hangzhou.aliyuncs.com',
  EDGEAPP_OWNER_ID: 'prod',
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'key-id',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'key-secret',
};

function given({ flags = {}, strays = [], env = {} }: Partial<Given> = {}): Given {
  return { flags, strays, env: { ...complete, ...env } };
}

function mistakesOf(part: Partial<Given>): readonly string[] {
  try {
    readConfig(given(part));
    return [];
  } catch (error) {
    if (error instanceof UsageError) return error.mistakes;
    throw error;
  }
}

describe('the configuration', () => {
  it('has a default for all that is not required', () => {
    expect(readConfig(given())).toEqual({
      esaEndpoint: 'https://esa.cn-hangzhou.aliyuncs.com',
      ownerId: 'prod',
      blanksInCommands: 'refuse',
      blanksInHooks: 'quote',
      kubeconfig: undefined,
      namespace: undefined,
      concurrency: 20,
      duplicateNames: 'refused',
      leaderElect: true,
      leaseNamespace: undefined,
      callTimeoutSeconds: 10,
      propagationMinutes: 20,
      verifyIntervalMinutes: 0,
      credentialsDir: undefined,
      healthBindAddress: { port: 8081 },
      logLevel: 'info',
      keySource: {
        kind: 'values',
        accessKeyId: 'key-id',
        accessKeySecret: 'key-secret',
        securityToken: undefined,
      },
      kubeEnvironment: {},
      proxyEnvironment: {},
      verifiesTls: true,
    });
  });

  it('takes no word of JavaScript for a value', () => {
    const words = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];
    for (const table of [runSettings, planSettings, probeSettings]) {
      const choices = Object.values<Setting<unknown>>(table).filter(({ expects = '' }) =>
        /^(one of|true)/.test(expects),
      );
      expect(choices.length).toBeGreaterThan(0);
      for (const { parse } of choices) expect(words.map(parse)).toEqual(words.map(() => undefined));
    }
  });

  it('takes a flag before the variable, and an empty variable for none', () => {
    const env = { EDGEAPP_CONCURRENCY: '7', EDGEAPP_LOG_LEVEL: 'debug', EDGEAPP_NAMESPACE: '' };
    const config = readConfig(given({ flags: { concurrency: '9' }, env }));
    expect(config).toMatchObject({ concurrency: 9, logLevel: 'debug', namespace: undefined });
  });

  it('cannot be changed', () => {
    const config = readConfig(given());
    expect(Object.isFrozen(config) && Object.isFrozen(config.keySource)).toBe(true);
  });

  it('reads the key from a folder rather than from variables', () => {
    const env = { ALIBABA_CLOUD_ACCESS_KEY_ID: '', ALIBABA_CLOUD_ACCESS_KEY_SECRET: '' };
    const { keySource } = readConfig(given({ flags: { credentialsDir: '/etc/key' }, env }));
    expect(keySource).toEqual({ kind: 'folder', folder: '/etc/key' });
  });

  it('reports every mistake at once, each with the setting, what came and what would be right', () => {
    const mistakes = mistakesOf({
      flags: { concurrency: 'many', namespace: true },
      strays: ['--colour', 'extra'],
      env: {
        EDGEAPP_OWNER_ID: '',
        EDGEAPP_BLANKS_IN_HOOKS: 'keep',
        EDGEAPP_CONCURENCY: '3',
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: '',
      },
    });
    expect(mistakes).toEqual([
      '--colour is no flag of this command',
      '--owner-id or EDGEAPP_OWNER_ID must be set: 1 to 63 lower-case letters, digits and dashes, for example prod-hangzhou',
      'EDGEAPP_BLANKS_IN_HOOKS must be one of refuse, quote, but is "keep"',
      '--namespace needs a value: the name of a namespace: lower-case letters, digits and dashes',
      '--concurrency must be a whole number from 1 to 500, but is "many"',
      'EDGEAPP_CONCURENCY is no setting; mind the spelling',
      'ALIBABA_CLOUD_ACCESS_KEY_SECRET must be set, or --credentials-dir to a folder with a file of that name',
    ]);
  });

  it('names both of two settings that do not go together', () => {
    const flags = { callTimeoutSeconds: '30', propagationMinutes: '1' };
    expect(mistakesOf({ flags })).toEqual([
      '--propagation-minutes must be at least 3 times --call-timeout-seconds, but is 1 min where a call may take 30 s: set it to 2 or more',
    ]);
    expect(mistakesOf({ flags: { ...flags, callTimeoutSeconds: '20' } })).toEqual([]);
    expect(mistakesOf({ flags: { ...flags, callTimeoutSeconds: 'x' } })).toHaveLength(1);
  });

  it('shows no value that may be a secret', () => {
    const mistakes = mistakesOf({
      flags: { esaEndpoint: 'https://user:hunter2@esa.example.com' },
      strays: ['--access-key-secret=hunter2', '--access-key-secret', 'hunter2'],
    });
    expect(mistakes).toHaveLength(3);
    expect(mistakes.join()).not.toContain('hunter2');
    for (const esaEndpoint of ['https://user:hunter2/x@host', 'user:hunter2@host', 'https:user:hunter2@host'])
      expect(mistakesOf({ flags: { esaEndpoint }, strays: [esaEndpoint] }).join()).not.toContain('hunter2');
  });

  it.each<[name: keyof typeof runSettings, accepted: string[], refused: string[]]>([
    ['ownerId', ['a', 'prod-1', 'x'.repeat(63)], ['Prod', 'a_b', 'a/b', 'x'.repeat(64)]],
    [
      'esaEndpoint',
      [
        'https://esa.example.com',
        'https://ESA.example.com:443/',
        'http://127.0.0.1:18080',
        'http://[::1]:1',
        'http://localhost',
      ],
      [
        'esa.example.com',
        'http://esa.example.com',
        'http://127.evil.example',
        'https://h/path',
        'https://h/?q',
        'ftp://h',
        'https://',
      ],
    ],
    ['namespace', ['shop', 'a-1'], ['Shop', '-a', 'a.b', 'x'.repeat(64)]],
    ['concurrency', ['1', '500'], ['0', '501', '1.5', '-1', '1e2', ' 1']],
    [
      'healthBindAddress',
      [':0', '127.0.0.1:8081', '[::1]:65535'],
      ['8081', ':65536', 'a b:1', 'host:', '::1:80'],
    ],
    ['logLevel', ['debug', 'error'], ['verbose', 'INFO']],
    ['callTimeoutSeconds', ['5', '30'], ['4', '31', '5.5', '10s']],
    ['propagationMinutes', ['1', '1440'], ['0', '1441', '20m']],
    ['duplicateNames', ['refused', 'unproven'], ['allowed']],
    ['blanksInCommands', ['refuse', 'quote'], ['escape']],
    ['leaderElect', ['true', 'false'], ['yes', 'True']],
    ['leaseNamespace', ['edgeapp-system'], ['Edge', '-a']],
  ])('holds %s to its rule', (name, accepted, refused) => {
    expect(accepted.flatMap((text) => mistakesOf({ flags: { [name]: text } }))).toEqual([]);
    for (const text of refused) expect(mistakesOf({ flags: { [name]: text } }), text).toHaveLength(1);
  });

  it('reads the settings of another command without asking for the rest', () => {
    expect(readSettings(planSettings, { flags: { ownerId: 'a' }, strays: [], env: {} })).toEqual({
      ownerId: 'a',
      namespace: 'default',
      blanksInCommands: 'refuse',
      blanksInHooks: 'quote',
      output: 'text',
    });
  });

  it('has flags, variables and names that agree', () => {
    for (const [name, setting] of Object.entries(runSettings)) {
      const words = setting.flag.split('-');
      expect(
        words.map((word, index) => (index ? word[0]?.toUpperCase() + word.slice(1) : word)).join(''),
      ).toBe(name);
      if ('variable' in setting) expect(setting.variable).toBe(`EDGEAPP_${words.join('_').toUpperCase()}`);
    }
  });
});
