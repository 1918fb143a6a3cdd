/** Grows valid EdgeAppVersions, wild in content and in which optional fields they have. */
import fc from 'fast-check';
import type {
  Container,
  EdgeAppVersion,
  EdgeAppVersionSpec,
  Probe,
} from '../../../src/kinds/edge-app-version/edge-app-version.ts';

/** Any text without the characters that the schema keeps out, nor lone surrogates, which no JSON carries. */
export function textWithout(forbidden: RegExp, constraints: { minLength: number; maxLength: number }) {
  const character = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 });
  const allowed = character.filter((unit) => !forbidden.test(unit));
  return fc.string({ unit: allowed, ...constraints });
}

const word = textWithout(/[\s"]/, { minLength: 1, maxLength: 8 });
export const words = fc.array(word, { minLength: 1, maxLength: 4 });
const phrase = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' '));
export const phrases = fc.array(phrase, { minLength: 1, maxLength: 4 });
const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const timing = fc.nat(3600);
const threshold = fc.integer({ min: 1, max: 100 });
const port = fc.integer({ min: 1, max: 65535 });
const host = fc.domain();

const env = fc.uniqueArray(
  fc.record({
    name: textWithout(/[\s=,]/, { minLength: 1, maxLength: 8 }),
    value: textWithout(/[,\r\n]/, { minLength: 0, maxLength: 8 }),
  }),
  { selector: ({ name }) => name, minLength: 1, maxLength: 4 },
);

const header = fc.record({
  name: fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,7}$/),
  value: textWithout(/[@#\r\n]/, { minLength: 1, maxLength: 8 }),
});

const httpGet = fc.record(
  {
    path: fc.webPath().map((path) => `/${path}`),
    port,
    scheme: fc.constantFrom('HTTP' as const, 'HTTPS' as const),
    host,
    httpHeaders: fc.array(header, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['path', 'port'] },
);

const action: fc.Arbitrary<Pick<Probe, 'exec' | 'tcpSocket' | 'httpGet'>> = fc.oneof(
  fc.record({ exec: fc.record({ command: words }) }),
  fc.record({ tcpSocket: fc.record({ port, host }, { requiredKeys: ['port'] }) }),
  fc.record({ httpGet }),
);

const timings = fc.record(
  {
    initialDelaySeconds: timing,
    timeoutSeconds: timing,
    periodSeconds: timing,
    successThreshold: threshold,
    failureThreshold: threshold,
  },
  { requiredKeys: [] },
);

const acrImageInfo = fc.record(
  {
    domain: host,
    instanceId: label,
    isEnterpriseRegistry: fc.boolean(),
    regionId: label,
    repoId: label,
    repoName: label,
    repoNamespace: label,
    tag: label,
    tagUrl: label,
  },
  { requiredKeys: [] },
);

const container: fc.Arbitrary<Container> = fc.record(
  {
    name: label,
    image: fc.stringMatching(/^[a-z0-9./:-]{1,20}$/),
    acrImageInfo,
    spec: fc.constantFrom('1C2G', '2C4G', '8C32G'),
    storage: fc.constantFrom('0.5G', '10G', '30G'),
    command: words,
    args: words,
    env,
    postStart: phrases,
    preStop: phrases,
    probe: fc.tuple(action, timings).map(([doing, times]) => ({ ...doing, ...times })),
  },
  { requiredKeys: ['name', 'image', 'spec', 'probe'] },
);

const spec: fc.Arbitrary<EdgeAppVersionSpec> = fc.record(
  {
    appId: fc.stringMatching(/^app-[0-9]{16,20}$/),
    name: textWithout(/\s/, { minLength: 6, maxLength: 20 }),
    remarks: fc.string({ unit: 'binary', maxLength: 20 }),
    containers: fc.uniqueArray(container, { selector: ({ name }) => name, minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: ['appId', 'containers'] },
);

/** A valid object around `content`. */
export function versionWith(content: EdgeAppVersionSpec): EdgeAppVersion {
  return {
    apiVersion: 'esa.alibabacloud.com/v1alpha1',
    kind: 'EdgeAppVersion',
    metadata: {
      name: 'shop-1-4-2',
      namespace: 'shop',
      uid: '0d4c2a52-6c1c-4b7e-8a55-0c1f7a4f3f10',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-11-01T00:00:00Z',
    },
    spec: content,
  };
}

export const arbitraryVersion = spec.map(versionWith);
