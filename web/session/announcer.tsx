import { useEffect, useRef, useState } from 'react';
import type { TurnView } from '../../src/contract/fold.ts';
import { t } from '../i18n/translate.ts';
import { turnNote } from './turn-words.ts';

const readChars = 600;

/** Tells a screen reader that an answer began, that it goes on after a restart and, once, how it ended; never its pieces. Beside it, who answers
 *  from here on, and what keeps what the person did last, a message or a stop, from reaching the server. */
export function Announcer({ turn, switched, onItsWay }: AnnouncerProps) {
  const [words, setWords] = useState('');
  const last = useRef<string>(undefined);
  useEffect(() => {
    const state = turn && `${turn.turnId} ${turn.state} ${turn.attempt > 1}`;
    const opened = last.current === undefined;
    if (!turn || state === last.current) return;
    last.current = state;
    // What was there when the page opened is read by its reader, not announced.
    if (!opened) setWords(wordsFor(turn));
  }, [turn]);
  return (
    <>
      <p aria-live="polite" className="sr-only">
        {words}
      </p>
      <p aria-live="polite" className="sr-only">
        {switched}
      </p>
      <p aria-live="polite" className="sr-only">
        {onItsWay}
      </p>
    </>
  );
}

type AnnouncerProps = {
  turn: TurnView | undefined;
  /** Empty where the same agent answers on. */
  switched: string;
  onItsWay: string;
};

function wordsFor(turn: TurnView): string {
  if (turn.state === 'running') return turn.attempt > 1 ? t('Continued after a restart.') : t('Answering.');
  if (turn.state === 'queued') return '';
  const text = turn.answer?.text ?? '';
  const cut =
    text.length > readChars ? t('{text}… The rest is on the page.', { text: text.slice(0, readChars) }) : text;
  const note = turnNote(turn)?.words;
  if (note === undefined) return cut && t('Answer: {text}', { text: cut });
  return cut ? t('{note}. Answer: {text}', { note, text: cut }) : note;
}
