import type { AnsweredQuestion } from './answered-questions.ts';

/** Shares of questions, 0 to 1. */
export type AnswerScores = {
  /** Of those with an answer: the first quote is out of a right document; one of the three is; nothing was answered. */
  rightFirst: number;
  rightAmongThree: number;
  falseAbstentions: number;
  /** Of those without an answer: something was answered. */
  falseAnswersForeign: number;
  falseAnswersWithheld: number;
  /** Of what was answered of those with an answer: the first quote is right. */
  rightOfAnswered: number;
};

/** What an answerer that abstains below a confidence makes of its questions. Pure. */
export function scoreAnswers(questions: readonly AnsweredQuestion[], threshold: number): AnswerScores {
  const of = (kind: AnsweredQuestion['kind']) => questions.filter((question) => question.kind === kind);
  const isAnswered = (question: AnsweredQuestion) => question.confidence >= threshold && question.right.length > 0;
  const own = of('own');
  const answered = own.filter(isAnswered);
  const first = answered.filter(({ right }) => right[0] === true);
  return {
    rightFirst: first.length / own.length,
    rightAmongThree: answered.filter(({ right }) => right.includes(true)).length / own.length,
    falseAbstentions: 1 - answered.length / own.length,
    falseAnswersForeign: of('foreign').filter(isAnswered).length / of('foreign').length,
    falseAnswersWithheld: of('withheld').filter(isAnswered).length / of('withheld').length,
    rightOfAnswered: first.length / Math.max(1, answered.length),
  };
}

const candidates = Array.from({ length: 61 }, (_, index) => Math.round((0.1 + index * 0.01) * 100) / 100);

/** The threshold with the fewest mistakes: abstaining from a question with an answer weighs as much as answering one without, of which
 *  both kinds weigh the same. Pure. */
export function chooseThreshold(questions: readonly AnsweredQuestion[]): number {
  const mistakes = candidates.map((threshold) => {
    const scores = scoreAnswers(questions, threshold);
    return scores.falseAbstentions + (scores.falseAnswersForeign + scores.falseAnswersWithheld) / 2;
  });
  return candidates[mistakes.indexOf(Math.min(...mistakes))] ?? 0;
}
