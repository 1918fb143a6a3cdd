import { AppLookups } from '../../cloud/app-lookups.ts';
import { listVersions } from '../../cloud/operations/list-versions.ts';
import {
  confirmed,
  fileAnIssue,
  overturned,
  type Question,
  type QuestionContext,
  unknown,
} from '../question.ts';

const versionsListed = 3;
const rounds = 3;

export const totalCount: Question = {
  id: 'total-count',
  asks: 'Is TotalCount the same on every page of a list, and the number of what the pages hold?',
  assumes: 'A list of which this holds is complete; any other is unknown.',
  creates: versionsListed,
  limitMs: 4 * 60_000,
  async run(context) {
    const { versions, container, waitFor } = context;
    const ids: string[] = [];
    for (let index = 1; index <= versionsListed; index += 1)
      ids.push((await versions.create({ label: `page-${index}`, containers: [container()] })).versionId);
    const areListed = await waitFor(async () => (await listsAll(context, ids)) || undefined, 90_000);
    if (!areListed) return unknown('the versions were not listed within 90 s');
    let mistake: string | undefined;
    for (let round = 1; round <= rounds; round += 1) {
      mistake = await walk(context, ids);
      if (mistake === undefined) return confirmed(`so it was on ${versionsListed} pages of one version each`);
    }
    return overturned(mistake ?? '', `no list would count as complete: ${fileAnIssue}`);
  },
};

async function listsAll(
  { send, appId, versions }: QuestionContext,
  ids: readonly string[],
): Promise<boolean> {
  const lookup = await new AppLookups(send, appId).search(versions.nameOf('page-'));
  const listed = lookup.kind === 'complete' ? lookup.versions : [];
  return ids.every((id) => listed.some(({ versionId }) => versionId === id));
}

/** @returns what is wrong with the pages */
async function walk(context: QuestionContext, ids: readonly string[]): Promise<string | undefined> {
  const { send, appId, versions } = context;
  const seen = new Set<string>();
  for (let pageNumber = 1; pageNumber <= ids.length; pageNumber += 1) {
    const query = { appId, pageNumber, pageSize: 1, searchName: versions.nameOf('page-') };
    const page = await send(listVersions(query));
    if (page.totalCount !== ids.length) return `page ${pageNumber} says ${page.totalCount} of ${ids.length}`;
    for (const { versionId } of page.versions) seen.add(versionId);
  }
  return seen.size === ids.length ? undefined : `the pages hold ${seen.size} of ${ids.length} versions`;
}
