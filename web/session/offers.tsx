import type { TurnView } from '../../src/contract/fold.ts';
import { FollowUps } from './follow-ups.tsx';
import { Suggestions } from './suggestions.tsx';

/** What can be asked with one press: at the beginning from what there is, later from where the last answer came from. */
export function Offers({ turns, chosen, onPick }: OffersProps) {
  const last = turns.at(-1);
  if (!last) return <Suggestions chosen={chosen} onPick={onPick} />;
  const { state, answer, turnId } = last;
  if (state !== 'done' || !answer || answer.citations.length === 0) return null;
  const asked = turns.map((turn) => turn.text);
  return <FollowUps key={turnId} citations={answer.citations} asked={asked} onPick={onPick} />;
}
type OffersProps = { turns: readonly TurnView[]; chosen: string[]; onPick(question: string): void };
