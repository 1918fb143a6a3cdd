/** A system under test: whatever makes EdgeAppVersions Ready when it is started by the common contract. */

export const systemNames = ['operator', 'peerGo', 'peerGoFolded', 'peerNode', 'floor'] as const;
export type SystemName = (typeof systemNames)[number];

/** Where a system finds its surroundings, the same for all. */
export interface Surroundings {
  readonly esaEndpoint: string;
  readonly ownerId: string;
  /** `host:port` */
  readonly healthBindAddress: string;
}

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

export interface System {
  readonly name: SystemName;
  /** Runs on Node, so that the delay of its event loop can be measured. */
  readonly isNode: boolean;
  /** Elects a leader by a Lease; a system without is told of the objects instead of watching them. */
  readonly isController: boolean;
  /** Builds what is to be built, and says how the system is started. */
  prepare(): Promise<(surroundings: Surroundings) => Command>;
}

/** The flags that every system takes. */
export function commonFlags({ esaEndpoint, ownerId, healthBindAddress }: Surroundings): string[] {
  return [
    `--esa-endpoint=${esaEndpoint}`,
    `--owner-id=${ownerId}`,
    `--health-bind-address=${healthBindAddress}`,
  ];
}

/** How many objects each system works on at a time. */
export const workers = 16;
