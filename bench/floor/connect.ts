/** The operator's own clients, for the bare loop. */

import { group } from '../../src/api/group.ts';
import type { ObjectClient } from '../../src/api/object-client.ts';
import type { Send } from '../../src/cloud/call.ts';
import { environmentCredentials } from '../../src/esa/credentials.ts';
import { createEsaClient } from '../../src/esa/esa-client.ts';
import {
  type EdgeAppVersion,
  kind,
  plural,
  version,
} from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { createObjectClient } from '../../src/kube/object-client.ts';
import { systemClock } from '../../src/operator/system-clock.ts';
import { connectApi } from '../api-connection.ts';
import { workers } from '../systems/system.ts';

export interface Connections {
  readonly client: ObjectClient<EdgeAppVersion>;
  readonly send: Send;
  readonly ownerId: string;
}

/** Takes kubeconfig and access key from the environment. */
export async function connect(to: {
  readonly esaEndpoint: string;
  readonly ownerId: string;
}): Promise<Connections> {
  const { KUBECONFIG, ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET } = process.env;
  const transport = connectApi(KUBECONFIG ?? '', workers);
  const credentials = environmentCredentials({
    accessKeyId: ALIBABA_CLOUD_ACCESS_KEY_ID,
    accessKeySecret: ALIBABA_CLOUD_ACCESS_KEY_SECRET,
  });
  const esa = createEsaClient({
    endpoint: new URL(to.esaEndpoint),
    callTimeoutMs: 5_000,
    clock: systemClock,
    credentials,
  });
  return {
    client: createObjectClient<EdgeAppVersion>({ transport, resource: { group, version, plural, kind } }),
    send: esa.sendWith(await esa.credentialFor('')),
    ownerId: to.ownerId,
  };
}
