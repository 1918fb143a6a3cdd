/** Every rule and bound of the CRD by hand, judged by the real API server and by core. */
import { describe, expect, test } from 'vitest';
import { createValidator } from '../../src/core/validate.ts';
import { loadSchema } from '../../src/load-crd.ts';
import { container, manifest } from '../support/manifests.ts';
import { type Case, cases } from './cases.ts';
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

const validate = createValidator(loadSchema());
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

  test('leave the CEL rules out where the schema is broken', async () => {
    const object = changeAt(changeAt(complete, 'spec.appId', 'x'), 'spec.containers[0].spec', '1C');
    const refused = { accepted: false, fields: ['spec.containers[0].spec'] };
    expect(await judgeByBoth(object)).toEqual({ server: refused, core: refused });
  });
});

function show(value: unknown): string {
  return `${JSON.stringify(value)?.slice(0, 100) ?? String(value)}`;
}
