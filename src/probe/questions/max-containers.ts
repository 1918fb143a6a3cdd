import {
  confirmed,
  fileAnIssue,
  overturned,
  type Question,
  type QuestionContext,
  unknown,
} from '../question.ts';

/** The bound of the resource. */
const ourBound = 20;
const steps = [1, 2, 5, 10, ourBound, ourBound + 1];

export const maxContainers: Question = {
  id: 'max-containers',
  asks: `How many containers may a version have: ${steps.join(', ')}?`,
  assumes: `At least ${ourBound}, which is our own bound.`,
  creates: steps.length,
  limitMs: 5 * 60_000,
  async run(context) {
    let most = 0;
    for (const count of steps) {
      const outcome = await context.versions.tryCreate({
        label: `containers-${count}`,
        containers: containers(context, count),
      });
      if (outcome.kind === 'unclear') return unknown(outcome.why);
      if (outcome.kind === 'refused') return atBound(most, `${count} are refused with ${outcome.code}`);
      most = count;
      await context.versions.remover.remove(outcome.value.versionId);
    }
    return confirmed(`${most} are taken`);
  },
};

function atBound(most: number, refusal: string) {
  const says = `${most} are taken, ${refusal}`;
  if (most >= ourBound) return confirmed(says);
  if (most === 0) return unknown(`even one: ${refusal}`);
  return overturned(says, `keep below that, and ${fileAnIssue}`);
}

function containers({ container }: QuestionContext, count: number) {
  return Array.from({ length: count }, (_, index) =>
    container({ Name: `probe-${index + 1}`, ProbeContent: { Port: 8001 + index } }),
  );
}
