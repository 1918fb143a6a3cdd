/** Each system is loaded only when it takes part. */
import type { System, SystemName } from './system.ts';

export const allSystems: Readonly<Record<SystemName, () => Promise<System>>> = {
  operator: async () => (await import('./operator.ts')).operator,
  peerGo: async () => (await import('./peer-go.ts')).peerGo,
  peerGoFolded: async () => (await import('./peer-go.ts')).peerGoFolded,
  peerNode: async () => (await import('./peer-node.ts')).peerNode,
  floor: async () => (await import('./floor.ts')).floor,
};
