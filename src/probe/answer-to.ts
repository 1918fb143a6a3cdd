/** Asks one question: a failure of the cloud, or time that is over, makes its answer unknown. */
import { EsaError } from '../core/errors/esa-error.ts';
import { judgeFailure } from './outcome.ts';
import { type Answer, type Question, type QuestionContext, unknown } from './question.ts';
import { Unanswered } from './unanswered.ts';

/** Nothing is taken for proven that was not seen. */
export function withSafeFlag(answer: Answer, { safeFlag }: Question): Answer {
  return answer.kind === 'unknown' ? { ...answer, flag: safeFlag } : answer;
}

/** What the question comes to; whatever keeps it from an answer is one too. */
export async function answerTo(question: Question, context: QuestionContext): Promise<Answer> {
  try {
    return await question.run(context);
  } catch (error) {
    if (error instanceof Unanswered) return unknown(error.message);
    if (error instanceof EsaError) return unknown(whyFailed(error));
    throw error;
  }
}

function whyFailed(error: EsaError): string {
  const failure = judgeFailure(error, 'read');
  return failure.kind === 'unclear' ? failure.why : `${error.operation} was refused with ${error.code}`;
}
