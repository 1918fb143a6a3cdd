import { AppLookups } from '../../cloud/app-lookups.ts';
import { getVersion } from '../../cloud/operations/get-version.ts';
import { settleDelaysMs } from '../../cloud/settle-delays.ts';
import { outcomeOf } from '../outcome.ts';
import { confirmed, fileAnIssue, overturned, type Question, type QuestionContext } from '../question.ts';

const limitMs = 90_000;
const samples = 3;

const ways = ['Get', 'search', 'list'] as const;
type Way = (typeof ways)[number];

export const visibility: Question = {
  id: 'visibility',
  asks: 'How long after a create do Get, a search by name and the whole list show the version?',
  assumes: 'At most 30 seconds, the settle delay.',
  creates: samples,
  limitMs: samples * limitMs + 60_000,
  async run(context) {
    const longest = new Map<Way, number>(ways.map((way) => [way, 0]));
    for (let sample = 1; sample <= samples; sample += 1) {
      for (const [way, ms] of await showTimes(context, `seen-${sample}`))
        longest.set(way, Math.max(longest.get(way) ?? 0, ms));
    }
    const never = ways.filter((way) => longest.get(way) === Number.POSITIVE_INFINITY);
    if (never.length > 0)
      return overturned(
        `${never.join(' and ')} did not show a version within ${limitMs / 1000} s`,
        `no settle delay is long enough for that: ${fileAnIssue}`,
      );
    const worst = Math.max(...longest.values());
    const says = `after ${ways.map((way) => `${seconds(longest.get(way) ?? 0)} by ${way}`).join(', ')} at most, of ${samples} versions`;
    if (worst <= settleDelaysMs.refused) return confirmed(says);
    return overturned(
      says,
      'harmless as long as duplicate names are refused; --duplicate-names unproven waits 20 minutes',
    );
  },
};

/** Milliseconds from the sending of the create until each way shows it; infinite where it never did. */
async function showTimes(context: QuestionContext, label: string): Promise<Map<Way, number>> {
  const { versions, clock, waitFor, container } = context;
  const sentMs = clock.monotonicMs();
  const { versionId } = await versions.create({ label, containers: [container()] });
  const shown = new Map<Way, number>();
  await waitFor(async () => {
    for (const way of ways) {
      if (!shown.has(way) && (await isShown(context, way, label, versionId)))
        shown.set(way, clock.monotonicMs() - sentMs);
    }
    return shown.size === ways.length || undefined;
  }, limitMs);
  return new Map(ways.map((way) => [way, shown.get(way) ?? Number.POSITIVE_INFINITY]));
}

async function isShown(
  { send, appId, versions }: QuestionContext,
  way: Way,
  label: string,
  versionId: string,
): Promise<boolean> {
  if (way === 'Get') return (await outcomeOf(send(getVersion(appId, versionId)), 'read')).kind === 'done';
  const lookups = new AppLookups(send, appId);
  const lookup = await (way === 'search' ? lookups.search(versions.nameOf(label)) : lookups.list());
  return lookup.kind === 'complete' && lookup.versions.some((version) => version.versionId === versionId);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
