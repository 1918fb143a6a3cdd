/** The bare loop: the operator's requests without an operator. */
import { resolve } from 'node:path';
import { commonFlags, type System } from './system.ts';

const entry = resolve(import.meta.dirname, '../floor/floor.ts');

export const floor: System = {
  name: 'floor',
  isNode: true,
  isController: false,
  async prepare() {
    return (surroundings) => ({ command: process.execPath, args: [entry, ...commonFlags(surroundings)] });
  },
};
