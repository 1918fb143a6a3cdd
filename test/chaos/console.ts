/** What people do in the cloud past the operator, as in its console. */

import { randomUUID } from 'node:crypto';
import type { Send } from '../../src/cloud/call.ts';
import { sendFor } from '../../src/cloud/esa-client.ts';
import { createVersion } from '../../src/cloud/operations/create-version.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { environmentCredentials } from '../../src/esa/credentials.ts';
import { createEsaClient } from '../../src/esa/esa-client.ts';
import type { EdgeAppVersion } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { fingerprint } from '../../src/kinds/edge-app-version/request/fingerprint.ts';
import { formatMarker } from '../../src/kinds/edge-app-version/request/marker.ts';
import { defaultPacking } from '../../src/kinds/edge-app-version/request/packing.ts';
import { toCreateRequest } from '../../src/kinds/edge-app-version/request/to-create-request.ts';
import { systemClock } from '../../src/operator/system-clock.ts';
import { edgeAppVersion } from '../support/manifests.ts';

export const consoleKey = { id: 'console-key-id', secret: 'console-key-secret' } as const;

export class Console {
  readonly #emulator: Emulator;
  readonly #send: Send;

  /** @param emulator knows `consoleKey`, which no fault is meant for */
  constructor(emulator: Emulator) {
    this.#emulator = emulator;
    const client = createEsaClient({
      endpoint: new URL(emulator.url),
      callTimeoutMs: 5_000,
      clock: systemClock,
      credentials: environmentCredentials({ accessKeyId: consoleKey.id, accessKeySecret: consoleKey.secret }),
      userAgent: 'console',
    });
    this.#send = sendFor(client, '');
  }

  /** A version as the object asks for it, with no marker, or that of another installation. */
  async create(object: Pick<EdgeAppVersion, 'spec'> & { metadata: object }, ownerId?: string): Promise<void> {
    const asked = edgeAppVersion({ metadata: object.metadata, spec: object.spec });
    const content = toCreateRequest(asked, { packing: defaultPacking });
    const { namespace, name } = asked.metadata;
    const marker = ownerId && formatMarker({ ownerId, namespace, name, fingerprint: fingerprint(content) });
    const request = marker ? toCreateRequest(asked, { packing: defaultPacking, marker }) : content;
    await this.#send(createVersion(request, randomUUID()));
  }

  /** False where there is no such version. */
  delete(versionId: string): boolean {
    if (!this.#emulator.versions().some((version) => version.versionId === versionId)) return false;
    this.#emulator.deleteVersion(versionId);
    return true;
  }
}
