/** EdgeAppVersion as one value. */
import type { Accounts } from '../../cloud/accounts.ts';
import { settleDelayMs } from '../../cloud/settle-delays.ts';
import type { Kind } from '../../runtime/kind.ts';
import type { CachedVersion } from './cached-version.ts';
import { edgeAppVersionDescriptor } from './descriptor.ts';
import type { EdgeAppVersion } from './edge-app-version.ts';
import { createEdgeAppVersionController } from './edge-app-version-controller.ts';
import { createIssueFinder } from './find-issues.ts';
import type { ProtocolSettings } from './protocol-settings.ts';
import type { PackingOptions } from './request/packing.ts';

/** The settings of the operator that this kind reads. */
export interface VersionConfig extends PackingOptions, Pick<ProtocolSettings, 'ownerId' | 'duplicateNames'> {
  readonly callTimeoutSeconds: number;
  readonly propagationMinutes: number;
  readonly verifyIntervalMinutes: number;
}

export const edgeAppVersionKind: Kind<
  EdgeAppVersion,
  CachedVersion,
  { readonly accounts: Accounts; readonly config: VersionConfig }
> = {
  ...edgeAppVersionDescriptor,
  createController({ config, schema, ...parts }) {
    const settings = toProtocolSettings(config);
    const findIssues = createIssueFinder(schema, settings.packing);
    return createEdgeAppVersionController({ ...parts, settings, findIssues });
  },
};

function toProtocolSettings(config: VersionConfig): ProtocolSettings {
  const { ownerId, duplicateNames, blanksInCommands, blanksInHooks } = config;
  const callTimeoutMs = config.callTimeoutSeconds * 1_000;
  return {
    ownerId,
    duplicateNames,
    packing: { blanksInCommands, blanksInHooks },
    absence: { settleDelayMs: settleDelayMs(duplicateNames, callTimeoutMs), spacingMs: 10_000, looks: 3 },
    claimDeadlineMs: 5_000,
    propagationMs: config.propagationMinutes * 60_000,
    firstGetMs: 1_000,
    verifyIntervalMs: config.verifyIntervalMinutes * 60_000,
  };
}
