/** No create is sent while an earlier one of the same object may still have done something. */
import type { CallRecord } from '../../src/emulator/emulator.ts';
import type { Evidence } from './evidence.ts';
import { keyOf, readMark } from './judge-content.ts';
import { isCreate, type VersionLife } from './judge-lives.ts';
import { isProvenAbsent } from './judge-proof.ts';

/** In each life of an object no more POSTs than one, its definite refusals, and its proven absences. */
export function tooManyPosts(evidence: Evidence, lives: readonly VersionLife[]): string[] {
  const { calls, ownerId, objects, gone } = evidence;
  const livesByKey = Map.groupBy([...objects, ...gone], keyOf);
  const posts = calls.filter(isCreate).filter((call) => markOf(call)?.ownerId === ownerId);
  return [...Map.groupBy(posts, (call) => markOf(call)?.key ?? '')].flatMap(([key, own]) => {
    const unproven = own.filter((post, index) => {
      const before = own[index - 1];
      return !before || !mayFollow(before, post, evidence, lives);
    });
    const allowed = Math.max(1, livesByKey.get(key)?.length ?? 0);
    if (unproven.length <= allowed) return [];
    return [`tooManyPosts: ${own.length} of ${key}, the last without proof by ${unproven.at(-1)?.requestId}`];
  });
}

const markOf = ({ parameters }: CallRecord) => readMark(parameters.Remarks);

function mayFollow(
  before: CallRecord,
  post: CallRecord,
  evidence: Evidence,
  lives: readonly VersionLife[],
): boolean {
  return (
    isRefusal(before) || isProvenAbsent(before, post, evidence) || isKnownTaken(before, post, evidence, lives)
  );
}

/** Codes that are documented for calls of which nothing came. */
const refusals =
  /^(Invalid\w+(\.\w+)?|Missing\w+|Throttling(\.\w+)?|Forbidden(\.\w+)?|NoPermission|SignatureDoesNotMatch|IncompleteSignature|InsufficientBalance|UnsupportedHTTPMethod)$/i;

/** The caller has learned from a 4xx with such a code that nothing came of it. */
function isRefusal({ outcome }: CallRecord): boolean {
  const { delivery, status = 0, code = '' } = outcome;
  const isClient = status >= 400 && status < 500 && status !== 408;
  return delivery === 'whole' && isClient && refusals.test(code);
}

/** Somebody else's version had the name: a conflict, after which the object was given another name. */
function isKnownTaken(
  before: CallRecord,
  post: CallRecord,
  { ownerId }: Evidence,
  lives: readonly VersionLife[],
): boolean {
  const { AppId, Name } = before.parameters;
  const key = markOf(before)?.key;
  return (
    Name !== post.parameters.Name &&
    lives
      .filter(({ appId, name }) => appId === AppId && name === Name)
      .some(({ mark }) => mark?.ownerId !== ownerId || mark.key !== key)
  );
}
