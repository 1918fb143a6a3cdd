/** Finds the parts of a manifest that the packing rules in force refuse. */

import type { Issue } from '../../../core/schema/issue.ts';
import type { Container, EdgeAppVersion } from '../edge-app-version.ts';
import { hasBlank, type PackingOptions } from './packing.ts';

const why = 'ESA splits this text at its blanks';

const whose = 'the API server takes it, as this is a setting of the operator';

const messages = {
  commands:
    `must not hold a blank: ${why} and documents no quoting for it; make each word a part of its own, ` +
    `or set --blanks-in-commands=quote to send such parts in double quotes (${whose})`,
  hooks:
    `must not hold a blank: ${why}; make each word a part of its own, ` +
    `or set --blanks-in-hooks=quote to send such parts in double quotes (${whose})`,
} as const;

/** One issue for each part with a blank where `packing` says `refuse`; none means that the object can be sent. */
export function packingProblems(object: Pick<EdgeAppVersion, 'spec'>, packing: PackingOptions): Issue[] {
  return object.spec.containers.flatMap((container, index) => {
    const path = `spec.containers[${index}]`;
    return [
      ...(packing.blanksInCommands === 'refuse' ? commandProblems(container, path) : []),
      ...(packing.blanksInHooks === 'refuse' ? hookProblems(container, path) : []),
    ];
  });
}

function commandProblems(container: Container, path: string): Issue[] {
  return [
    ...partsWithBlank(container.command, `${path}.command`, messages.commands),
    ...partsWithBlank(container.args, `${path}.args`, messages.commands),
    ...partsWithBlank(container.probe.exec?.command, `${path}.probe.exec.command`, messages.commands),
  ];
}

function hookProblems(container: Container, path: string): Issue[] {
  return [
    ...partsWithBlank(container.postStart, `${path}.postStart`, messages.hooks),
    ...partsWithBlank(container.preStop, `${path}.preStop`, messages.hooks),
  ];
}

function partsWithBlank(parts: readonly string[] | undefined, path: string, message: string): Issue[] {
  return (parts ?? []).flatMap((part, index) =>
    hasBlank(part) ? [{ path: `${path}[${index}]`, message }] : [],
  );
}
