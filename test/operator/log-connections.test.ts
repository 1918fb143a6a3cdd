import { KubeConfig } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { logConnections } from '../../src/operator/log-connections.ts';
import { LogRecorder } from '../kube/log-recorder.ts';

const required = {
  EDGEAPP_ESA_ENDPOINT: 'https://esa.example.com',
  EDGEAPP_OWNER_ID: 'test',
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'id',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret',
};

function logOf(cluster: { server: string; proxyUrl?: string; skipTLSVerify?: boolean }, env: object = {}) {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser({ name: 'a', skipTLSVerify: false, ...cluster }, { name: 'a' });
  const log = new LogRecorder();
  logConnections(readConfig({ flags: {}, strays: [], env: { ...required, ...env } }), kubeConfig, log);
  return log;
}

test.each<[string, Parameters<typeof logOf>[0], object, string[]]>([
  ['nothing', { server: 'https://api' }, {}, []],
  ['a server without TLS', { server: 'http://api' }, {}, ['API server is reached without TLS']],
  [
    'a server whose certificate is not checked',
    { server: 'https://api', skipTLSVerify: true },
    {},
    ['API server is not authenticated'],
  ],
  [
    'certificates that nobody checks',
    { server: 'https://api' },
    { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    ['TLS certificates are not verified'],
  ],
  ['a check that is on', { server: 'https://api' }, { NODE_TLS_REJECT_UNAUTHORIZED: '1' }, []],
])('warns at the start of %s', (_, cluster, env, warnings) => {
  expect(logOf(cluster, env).messages('warn')).toEqual(warnings);
});

test('says what is reached by which proxy, without its password', () => {
  const proxies = { HTTPS_PROXY: 'http://me:hunter2@one.example:3128' };
  const log = logOf({ server: 'https://api', proxyUrl: 'https://me:hunter2@two.example/' }, proxies);
  expect(log.lines).toMatchObject([
    {
      message: 'Connections',
      fields: {
        esaEndpoint: 'https://esa.example.com',
        esaProxy: 'http://one.example:3128',
        apiServer: 'https://api',
        apiServerProxy: 'https://two.example',
      },
    },
  ]);
});
