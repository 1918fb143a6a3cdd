/** The official SDK, pointed at an emulator. */
import EsaSdk, * as models from '@alicloud/esa20240910';
import { $OpenApiUtil } from '@alicloud/openapi-core';
import { defaultAccessKey, type Emulator } from '../../src/emulator/emulator.ts';
import { appId } from './raw-call.ts';

export { appId, models };

// The SDK is CommonJS: its default export arrives as a member of the module.
const SdkClient = EsaSdk.default;

export type Sdk = InstanceType<typeof SdkClient>;

export interface SdkOptions {
  readonly accessKeyId?: string;
  readonly accessKeySecret?: string;
  readonly securityToken?: string;
}

export function sdkFor(emulator: Emulator, options: SdkOptions = {}): Sdk {
  return new SdkClient(
    new $OpenApiUtil.Config({
      accessKeyId: defaultAccessKey.id,
      accessKeySecret: defaultAccessKey.secret,
      ...options,
      endpoint: new URL(emulator.url).host,
      protocol: 'HTTP',
      readTimeout: 10_000,
      connectTimeout: 10_000,
    }),
  );
}

/** A container that the API takes, in the SDK's names. */
export function container(overrides: object = {}): models.CreateEdgeContainerAppVersionRequestContainers {
  return new models.CreateEdgeContainerAppVersionRequestContainers({
    name: 'web',
    image: 'registry.example.com/team/web:1.4.2',
    isACRImage: false,
    spec: '1C2G',
    storage: '0.5G',
    probeType: 'tcpSocket',
    probeContent: new models.CreateEdgeContainerAppVersionRequestContainersProbeContent({ port: 8080 }),
    ...overrides,
  });
}

/** A create request that the API takes. */
export function createRequest(overrides: object = {}): models.CreateEdgeContainerAppVersionRequest {
  return new models.CreateEdgeContainerAppVersionRequest({
    appId,
    name: 'web-1.4.2',
    containers: [container()],
    ...overrides,
  });
}

/** What a call of the SDK was refused with. */
export interface Refusal {
  readonly name: string;
  readonly code: string;
  readonly statusCode: number;
  readonly requestId: string;
  readonly retryAfter?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The error that a call ends with. @throws Error if it does not end with one */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    return error as Refusal;
  }
  throw new Error('the call was expected to fail, and did not');
}
