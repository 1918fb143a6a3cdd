/** What must hold once everything has come to rest, judged from etcd and the cloud's log alone. */
import type { Evidence } from './evidence.ts';
import { brokenDeletes } from './judge-deletes.ts';
import { versionLives } from './judge-lives.ts';
import { tooManyPosts } from './judge-posts.ts';
import { brokenStatuses } from './judge-status.ts';
import { brokenVersions } from './judge-versions.ts';

/** The invariants that are broken, each as `name: what`; none where all is well. */
export function judge(evidence: Evidence): readonly string[] {
  const lives = versionLives(evidence);
  return [
    ...brokenVersions(evidence, lives),
    ...brokenDeletes(evidence, lives),
    ...tooManyPosts(evidence, lives),
    ...brokenStatuses(evidence, lives),
  ];
}
