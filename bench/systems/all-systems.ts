import { floor } from './floor.ts';
import { operator } from './operator.ts';
import { peerNode } from './peer-node.ts';
import type { System, SystemName } from './system.ts';

export const allSystems: Partial<Record<SystemName, System>> = { operator, peerNode, floor };
