/** What holds for every status the operator writes: the rules of kstatus, of Flux's condition checker, and our own. */
import { findCondition } from '../../src/api/conditions.ts';
import { type EdgeAppVersion, reasons } from '../../src/kinds/edge-app-version/edge-app-version.ts';

/** The rules that `object`'s status breaks, as sentences; none where all is well. */
export function brokenRules({ metadata, status }: EdgeAppVersion): string[] {
  const conditions = status?.conditions ?? [];
  const [ready, stalled, reconciling] = (['Ready', 'Stalled', 'Reconciling'] as const).map((type) =>
    findCondition(conditions, type),
  );
  const isTrue = (condition: typeof ready) => condition?.status === 'True';
  const generation = metadata.generation;
  const observed = status?.observedGeneration ?? -1;
  const rules: [string, boolean][] = [
    ['Ready is always there', ready !== undefined],
    ['Stalled and Reconciling are never there together', !(stalled && reconciling)],
    [
      'Stalled and Reconciling are there only while true',
      [stalled, reconciling].every((c) => !c || isTrue(c)),
    ],
    ['Ready is not True while Stalled or Reconciling is', !(isTrue(ready) && (stalled || reconciling))],
    ['Ready Unknown means Reconciling', ready?.status !== 'Unknown' || isTrue(reconciling)],
    ['nothing is observed ahead of its generation', observed <= generation],
    [
      'all conditions tell of the observed generation',
      conditions.every((c) => c.observedGeneration === observed),
    ],
    ['reasons are from the closed list', conditions.every(({ reason }) => reasons.includes(reason))],
    [
      'messages are one line',
      conditions.every(({ message }) => message.length > 0 && !/[\r\n]/.test(message)),
    ],
    ['Ready True means that the cloud says created', !isTrue(ready) || status?.versionStatus === 'created'],
    ['Ready True means an id and no error', !isTrue(ready) || Boolean(status?.versionId && !status.error)],
    ['an attempt is open only without an id', !(status?.attempt && status.versionId)],
    ['an attempt is that of this object', !status?.attempt || status.attempt.uid === metadata.uid],
    ['Stalled names an error', !stalled || status?.error !== undefined],
    ['an error says cause and remedy', !status?.error || Boolean(status.error.cause && status.error.remedy)],
  ];
  return rules.filter(([, holds]) => !holds).map(([rule]) => rule);
}
