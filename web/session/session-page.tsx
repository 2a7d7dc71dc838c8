import { useParams } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { finalTurnStates } from '../../src/contract/events.ts';
import type { TurnView } from '../../src/contract/fold.ts';
import { asApiError } from '../api/errors.ts';
import { stopTurn } from '../api/sessions.ts';
import { useServices } from '../services.tsx';
import { sessionTitle } from '../sessions/session-title.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { Announcer } from './announcer.tsx';
import { arrangeTurns } from './arrange-turns.ts';
import { Composer, useDraft } from './composer.tsx';
import { CorpusPicker } from './corpus-picker.tsx';
import { unseen } from './outbox-entries.ts';
import { SessionMissing } from './session-missing.tsx';
import { SourcePanel } from './source-panel.tsx';
import { Suggestions } from './suggestions.tsx';
import { Transcript, type TranscriptHandle } from './transcript.tsx';
import { sessionNow, useSession } from './use-session.ts';
import { useSource } from './use-source.ts';

const noTurns: TurnView[] = [];

export function SessionPage() {
  const { sessionId } = useParams({ from: '/shell/sessions/$sessionId' });
  const { outbox, drafts, liveRows } = useServices();
  const { store, state } = useSession(sessionId);
  const entries = useSyncExternalStore(outbox.subscribe, outbox.getEntries);
  const live = useSyncExternalStore(liveRows.subscribe, liveRows.getState);
  const session = sessionNow(state, live.rows.get(sessionId));
  useTitle(session ? sessionTitle(session) : 'Session');

  const turns = state.view?.turns ?? noTurns;
  const pending = useMemo(() => unseen(entries, sessionId, turns), [entries, sessionId, turns]);
  const arranged = useMemo(() => {
    const soon = pending.flatMap(({ replacesTurnId }) => (replacesTurnId === undefined ? [] : [replacesTurnId]));
    return arrangeTurns(turns, new Set(soon));
  }, [turns, pending]);

  const [text, setText] = useDraft(sessionId);
  const refusal = useRefusal(sessionId, (back) => {
    const joined = [back, drafts.read(sessionId)].filter((each) => each !== '').join('\n\n');
    drafts.write(sessionId, joined);
    setText(joined);
  });
  const transcript = useRef<TranscriptHandle>(null);
  const send = (message: string, replacesTurnId?: string) => {
    refusal.clear();
    outbox.add({ sessionId, text: message, ...(replacesTurnId !== undefined && { replacesTurnId }) });
    transcript.current?.jump();
  };
  const tryAgain = useCallback(
    (turn: TurnView) => {
      outbox.add({ sessionId, text: turn.text, corpora: turn.corpora, replacesTurnId: turn.turnId });
    },
    [outbox, sessionId],
  );
  const onOlder = useCallback(() => void store.loadOlder(), [store]);
  const { source, close } = useSource();

  if (state.phase === 'failed') {
    return <SessionMissing error={state.error} onRetry={() => void store.load()} />;
  }
  const under =
    turns.find((turn) => turn.state === 'running') ?? turns.find((turn) => !finalTurnStates.has(turn.state));
  const citation = turns.flatMap(({ turnId, answer }) =>
    (answer?.citations ?? []).filter(({ n }) => source === `${turnId}:${n}`),
  )[0];

  return (
    <div className="flex min-h-0 flex-1">
      <div className="flex min-w-0 flex-1 flex-col">
        <PageHeader title={session ? sessionTitle(session) : ''}>
          {session && <span className="hidden text-sm text-muted sm:block">{session.agent.name}</span>}
        </PageHeader>
        <main className="flex min-h-0 flex-1 flex-col">
          {state.error && (
            <Failure
              error={state.error}
              onRetry={() => void store.load()}
              retriesItself={state.error.passing}
              className="mx-4 mt-3"
            />
          )}
          {!session ? (
            <Skeleton lines={6} className="mx-auto w-full max-w-3xl flex-1 p-6" />
          ) : (
            <Transcript
              ref={transcript}
              turns={arranged}
              pending={pending}
              older={state.older}
              onOlder={onOlder}
              onTryAgain={session.is_active ? tryAgain : undefined}
            >
              {turns.length === 0 && pending.length === 0 && session.is_active && (
                <Suggestions chosen={session.corpora} onPick={(question) => send(question)} />
              )}
            </Transcript>
          )}
          {session && !session.is_active ? (
            <p className="mx-auto mb-4 max-w-3xl rounded-xl bg-warn-soft px-4 py-3 text-sm text-warn">
              An administrator closed this session. You can read it, but not go on with it.
            </p>
          ) : (
            <StoppableComposer
              key={sessionId}
              sessionId={sessionId}
              under={under}
              text={text}
              onText={setText}
              onSend={send}
              refusal={refusal.message}
              corpora={session?.corpora}
            />
          )}
        </main>
        <Announcer key={sessionId} turn={turns.at(-1)} />
      </div>
      {citation && <SourcePanel key={source} citation={citation} onClose={close} />}
    </div>
  );
}

function StoppableComposer({ sessionId, under, corpora, ...rest }: StoppableComposerProps) {
  const [stopping, setStopping] = useState<string>();
  const [problem, setProblem] = useState('');
  const stop = async (turnId: string) => {
    setStopping(turnId);
    setProblem('');
    try {
      await stopTurn(sessionId, turnId);
    } catch (error) {
      setStopping(undefined);
      setProblem(`Could not stop the answer. ${asApiError(error).message}`);
    }
  };
  return (
    <Composer
      {...rest}
      sessionId={sessionId}
      stopping={under !== undefined && stopping === under.turnId}
      onStop={under ? () => void stop(under.turnId) : undefined}
    >
      {corpora && <CorpusPicker sessionId={sessionId} chosen={corpora} disabled={false} />}
      {problem !== '' && under && (
        <span role="alert" className="text-xs text-danger">
          {problem}
        </span>
      )}
    </Composer>
  );
}
type StoppableComposerProps = {
  sessionId: string;
  under: TurnView | undefined;
  corpora: string[] | undefined;
  text: string;
  onText(text: string): void;
  onSend(text: string): void;
  refusal: string | undefined;
};

/** Takes back the text of this session's messages that were refused, and says why. */
function useRefusal(sessionId: string, giveBack: (text: string) => void) {
  const { outbox } = useServices();
  const [refused, setRefused] = useState<{ sessionId: string; message: string }>();
  const latest = useRef(giveBack);
  useEffect(() => {
    latest.current = giveBack;
  });
  useEffect(() => {
    const take = (isOpening: boolean) => {
      for (const { text, message } of outbox.takeRefused(sessionId, isOpening)) {
        setRefused({ sessionId, message });
        latest.current(text);
      }
    };
    take(true);
    return outbox.subscribe(() => take(false));
  }, [outbox, sessionId]);
  return {
    message: refused?.sessionId === sessionId ? refused.message : undefined,
    clear: () => setRefused(undefined),
  };
}
