import { AppLookups } from '../../cloud/app-lookups.ts';
import { settleDelaysMs } from '../../cloud/settle-delays.ts';
import { confirmed, noted, overturned, type Question, unknown } from '../question.ts';

const lateMs = 2 * 60_000;

export const reusedNonce: Question = {
  id: 'reused-nonce',
  asks: 'Is a second request with the same signature nonce refused?',
  assumes: 'Refused with SignatureNonceUsed: a second belt, on which nothing rests.',
  creates: 2,
  limitMs: 2 * 60_000,
  async run({ versions, container, nonce }) {
    const containers = [container()];
    await versions.create({ label: 'nonce-1', containers, nonce });
    const again = await versions.tryCreate({ label: 'nonce-2', containers, nonce });
    if (again.kind === 'unclear') return unknown(again.why);
    if (again.kind === 'done') return overturned('accepted', 'nothing to do, nothing rests on it');
    return /^SignatureNonceUsed$/i.test(again.code)
      ? confirmed(`refused with ${again.code}`)
      : unknown(`refused with ${again.code}, which may mean something else`);
  },
};

export const hangUp: Question = {
  id: 'hang-up',
  asks: 'Does a create take effect whose client leaves before the answer, and how late?',
  assumes: 'It may; what takes effect shows within 30 seconds, the settle delay.',
  creates: 1,
  limitMs: lateMs + 60_000,
  async run({ versions, container, clock, send, appId, waitFor }) {
    const sentMs = clock.monotonicMs();
    await versions.createAndHangUp({ label: 'hang-up', containers: [container()] });
    const lookups = new AppLookups(send, appId);
    const name = versions.nameOf('hang-up');
    const isThere = await waitFor(async () => {
      const lookup = await lookups.search(name);
      return (
        (lookup.kind === 'complete' && lookup.versions.some((version) => version.name === name)) || undefined
      );
    }, lateMs);
    const afterMs = clock.monotonicMs() - sentMs;
    const after = `${(afterMs / 1000).toFixed(1)} s`;
    if (!isThere) return noted(`it did not show within ${after}`);
    if (afterMs <= settleDelaysMs.refused) return confirmed(`it took effect and was listed after ${after}`);
    return overturned(
      `it took effect and was listed only after ${after}`,
      'harmless as long as duplicate names are refused; --duplicate-names unproven waits 20 minutes',
    );
  },
};
