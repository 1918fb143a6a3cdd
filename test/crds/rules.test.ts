/** Every rule and bound of the CRD by hand, judged by the real API server and by core. */

import { describe, expect, test } from 'vitest';
import { edgeAppVersionDescriptor } from '../../src/kinds/edge-app-version/descriptor.ts';
import { createVersionValidator } from '../../src/kinds/edge-app-version/manifest.ts';
import { loadSchema } from '../../src/operator/load-crd.ts';
import { container, manifest } from '../support/manifests.ts';
import { absent, type Case } from './case.ts';
import { cases } from './cases.ts';
import { changeAt } from './change-at.ts';
import { useCrdServer } from './crd-server.ts';
import { type Judgement, judgeInCore, judgeOnServer } from './judge.ts';

/** Every field is set, each kind of probe is there. */
const complete = manifest({
  spec: {
    name: 'shop-1.4.2',
    remarks: 'spring release',
    containers: [
      container({
        acrImageInfo: { domain: 'd', tag: '1.4.2' },
        storage: '10G',
        command: ['/bin/server', 'serve'],
        args: ['--port', '8080'],
        env: [
          { name: 'MODE', value: 'prod' },
          { name: 'LEVEL', value: '2' },
        ],
        postStart: ['sh', 'start.sh'],
        preStop: ['sh', 'stop.sh'],
        probe: { httpGet: { path: '/', port: 8080, httpHeaders: [{ name: 'X-Probe', value: '1' }] } },
      }),
      container({ name: 'tcp', probe: { tcpSocket: { port: 80, host: 'localhost' }, periodSeconds: 5 } }),
      container({ name: 'exec', probe: { exec: { command: ['check', 'it'] } } }),
    ],
    deletionPolicy: 'Delete',
    adoptionPolicy: 'Never',
    suspend: true,
  },
});

const validate = createVersionValidator(loadSchema(edgeAppVersionDescriptor));
const running = useCrdServer();

function fill({ at, given = {} }: Case, value: unknown): unknown {
  const base = Object.entries(given).reduce<unknown>((object, entry) => changeAt(object, ...entry), complete);
  return changeAt(base, at, value);
}

async function judgeByBoth(object: unknown): Promise<{ server: Judgement; core: Judgement }> {
  return { server: await judgeOnServer(running().api, object), core: judgeInCore(validate, object) };
}

describe('The API server and core', () => {
  test.each(cases)('agree that $at $title', async (row) => {
    const accepted: Judgement = { accepted: true, fields: [] };
    const refused: Judgement = { accepted: false, fields: [row.field ?? row.at] };
    for (const value of row.accepted) {
      expect(await judgeByBoth(fill(row, value)), show(value)).toEqual({ server: accepted, core: accepted });
    }
    for (const value of row.refused) {
      expect(await judgeByBoth(fill(row, value)), show(value)).toEqual({ server: refused, core: refused });
    }
  });

  test('tell all broken rules at once', async () => {
    const object = ['spec.appId', 'spec.containers[0].image', 'spec.containers[2].probe'].reduce<unknown>(
      (changed, path) => changeAt(changed, path, path.endsWith('probe') ? {} : '%'),
      complete,
    );
    const refused = {
      accepted: false,
      fields: ['spec.appId', 'spec.containers[0].image', 'spec.containers[2].probe'],
    };
    expect(await judgeByBoth(object)).toEqual({ server: refused, core: refused });
  });

  const port = 'spec.containers[1].probe.tcpSocket.port';
  test.each([
    { what: 'required', at: 'spec.containers[0].image', value: absent, hidesRules: true },
    { what: 'type', at: 'spec.containers[0].image', value: 1, hidesRules: true },
    { what: 'enum', at: 'spec.containers[0].spec', value: '1C', hidesRules: true },
    { what: 'maxLength', at: 'spec.containers[0].name', value: 'x'.repeat(64), hidesRules: true },
    { what: 'maxItems', at: 'spec.containers[0].args', value: Array(65).fill('a'), hidesRules: true },
    { what: 'metadata.name', at: 'metadata.name', value: absent, hidesRules: true },
    { what: 'minLength', at: 'spec.containers[0].name', value: '', hidesRules: false },
    { what: 'minItems', at: 'spec.containers[0].args', value: [], hidesRules: false },
    { what: 'minimum', at: port, value: 0, hidesRules: false },
    { what: 'maximum', at: port, value: 65536, hidesRules: false },
    { what: 'list keys', at: 'spec.containers[0].env[1].name', value: 'MODE', hidesRules: false },
  ])('agree whether a fault of $what hides the CEL rules', async ({ at, value, hidesRules }) => {
    const object = changeAt(changeAt(complete, 'spec.appId', 'x'), at, value);
    const field = at.replace(/(env\[1\])\.name/, '$1');
    const refused = { accepted: false, fields: hidesRules ? [field] : ['spec.appId', field] };
    expect(await judgeByBoth(object)).toEqual({ server: refused, core: refused });
  });
});

function show(value: unknown): string {
  return `${JSON.stringify(value)?.slice(0, 100) ?? String(value)}`;
}
