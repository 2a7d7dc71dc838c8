import { useNavigate, useSearch } from '@tanstack/react-router';
import { type RefObject, useEffect, useRef } from 'react';
import type { TurnView } from '../../src/contract/fold.ts';
import { t } from '../i18n/translate.ts';
import type { ArrangedTurn } from './arrange-turns.ts';
import type { SessionState } from './session-store.ts';
import type { TranscriptHandle } from './transcript.tsx';

type Loaded = {
  state: SessionState;
  turns: readonly TurnView[];
  shown: readonly ArrangedTurn[];
  onOlder(): void;
  choose(turnId: string): void;
  transcript: RefObject<TranscriptHandle | null>;
};

/** Where a link into the session leads: to a message or an answer, however far up it is and in whatever branch. The address then names the
 *  session alone, so that the same link leads there again and a reload shows the newest.
 *  @returns the turn that is to be drawn, and what to say meanwhile */
export function useOpenedAt({ state, turns, shown, onOlder, choose, transcript }: Loaded) {
  const { at } = useSearch({ from: '/shell/sessions/$sessionId' });
  const navigate = useNavigate({ from: '/sessions/$sessionId' });
  const [turnId = '', said = ''] = at?.split(':') ?? [];
  const isReady = state.phase === 'ready';
  const { more, loading, error } = state.older;
  const isLoaded = turns.some((turn) => turn.turnId === turnId && turn.text !== '');
  const isShown = isLoaded && shown.some(({ turn }) => turn.turnId === turnId);
  const chosen = useRef('');

  useEffect(() => {
    if (at === undefined || !isReady) return;
    if (isShown) {
      if (!transcript.current?.show(turnId, said)) return;
      chosen.current = '';
      void navigate({ search: {}, replace: true, resetScroll: false });
    } else if (isLoaded) {
      if (chosen.current !== at) choose(turnId);
      chosen.current = at;
    } else if (more && !loading && !error) onOlder();
  });

  return { wanted: turnId, words: at === undefined || !isReady || isShown ? '' : wordsOf({ isLoaded, more, error }) };
}

function wordsOf({
  isLoaded,
  more,
  error,
}: {
  isLoaded: boolean;
  more: boolean;
  error: SessionState['older']['error'] | undefined;
}): string {
  if (isLoaded || error) return '';
  return more ? t('Going to the message…') : t('This message is not in the session any more.');
}
