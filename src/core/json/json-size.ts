/** How much a decoded JSON value holds, without building its text. */

/** What an object or an array takes beside its members, and a member beside its value, in characters. */
const perMember = 16;

/** Whether `value` has more than about `limit` characters; it looks no further than that. */
export function isLargerThan(value: unknown, limit: number): boolean {
  return leftAfter(value, limit) < 0;
}

function leftAfter(value: unknown, limit: number): number {
  if (typeof value === 'string') return limit - value.length;
  if (typeof value !== 'object' || value === null) return limit;
  let left = limit - perMember;
  for (const [name, member] of Object.entries(value)) {
    left = leftAfter(member, left - perMember - (Array.isArray(value) ? 0 : name.length));
    if (left < 0) break;
  }
  return left;
}
