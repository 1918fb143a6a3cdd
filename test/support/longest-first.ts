/** Starts those with a process of their own and, among each kind, what takes longest first: the end of a run waits for no lone file. */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Beginnings of paths below `test`; in turn what mostly waits and what mostly computes. */
const longest = [
  'chaos/chaos',
  'e2e/restart',
  'e2e/restore',
  'hostile/cloud',
  'simulation/schedules',
  'chaos/judged',
  'simulation/simulation',
  'hostile/api-server',
  'e2e/leader',
  'e2e/errors',
  'deploy/dockerfile',
  'e2e/',
  'demo/',
  'chaos/',
  'control-plane/',
  'kube/informer-in-pages',
  'probe/command',
  'deploy/cluster',
  'crds/',
  'kube/',
  'cli/',
  'build',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const [apart, together] = [sorted.filter(isApart), sorted.filter((file) => !isApart(file))];
    return [apart, together].flatMap((files) => files.sort((one, other) => rankOf(one) - rankOf(other)));
  }
}

const isApart = ({ project }: TestSpecification): boolean => project.config.isolate;

function rankOf({ moduleId }: TestSpecification): number {
  const path = relative('test', moduleId);
  const rank = longest.findIndex((beginning) => path.startsWith(beginning));
  return rank < 0 ? longest.length : rank;
}
