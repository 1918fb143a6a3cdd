/** The peer on controller-runtime, as it is and with its writes folded like the operator's. */

import { operatorNamespace } from '../install.ts';
import { buildPeer } from '../peers/build-peer.ts';
import { commonFlags, type System, workers } from './system.ts';

export const peerGo = toPeer('peerGo', []);
export const peerGoFolded = toPeer('peerGoFolded', ['--fold-writes']);

function toPeer(name: 'peerGo' | 'peerGoFolded', flags: readonly string[]): System {
  return {
    name,
    isNode: false,
    isController: true,
    async prepare() {
      const command = await buildPeer();
      const own = [`--concurrency=${workers}`, `--lease-namespace=${operatorNamespace}`, ...flags];
      return (surroundings) => ({ command, args: [...own, ...commonFlags(surroundings)] });
    },
  };
}
