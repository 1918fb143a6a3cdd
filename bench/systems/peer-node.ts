/** The peer on client-node, run from its sources as such programs are. */
import { resolve } from 'node:path';
import { commonFlags, type System } from './system.ts';

const entry = resolve(import.meta.dirname, '../peers/client-node/peer.ts');

export const peerNode: System = {
  name: 'peerNode',
  isNode: true,
  isController: true,
  async prepare() {
    return (surroundings) => ({ command: process.execPath, args: [entry, ...commonFlags(surroundings)] });
  },
};
