import { useParams } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { finalTurnStates } from '../../src/contract/events.ts';
import type { AgentChange } from '../../src/contract/agent-changes.ts';
import type { TurnView } from '../../src/contract/fold.ts';
import { said, t } from '../i18n/translate.ts';
import { SessionGoes } from '../retention/session-goes.tsx';
import { useServices } from '../services.tsx';
import { sessionTitle } from '../sessions/session-title.ts';
import { CorporaOfOwner } from '../sharing/corpora-of-owner.tsx';
import { Presence } from '../sharing/presence.tsx';
import { ShareSession } from '../sharing/share-session.tsx';
import { SharedBy } from '../sharing/shared-by.tsx';
import { useAuthors } from '../sharing/use-authors.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { useFeedState } from '../shell/use-feed-state.ts';
import { Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { agentWords } from './agent-line.tsx';
import { agentLines } from './agent-lines.ts';
import { AgentNotice } from './agent-notice.tsx';
import { AgentPicker } from './agent-picker.tsx';
import { Announcer } from './announcer.tsx';
import { BroughtBack } from './brought-back.tsx';
import { BudgetLine } from './budget-line.tsx';
import { Composer, useDraft } from './composer.tsx';
import { CorpusPicker } from './corpus-picker.tsx';
import { EarlierBranch } from './earlier-branch.tsx';
import { Offers } from './offers.tsx';
import { unseen } from './outbox-entries.ts';
import { onItsWay } from './outbox-words.ts';
import { SessionMissing } from './session-missing.tsx';
import { SessionReads } from './session-reads.tsx';
import { SourcePanel } from './source-panel.tsx';
import { TemporarySession } from './temporary-session.tsx';
import { Transcript, type TranscriptHandle } from './transcript.tsx';
import { wishWords } from './turn-words.ts';
import { useAgentChoice } from './use-agent-choice.ts';
import { useArrangedTurns } from './use-arranged-turns.ts';
import { useFeedback } from './use-feedback.ts';
import { useOpenedAt } from './use-opened-at.ts';
import { useReplacing } from './use-replacing.ts';
import { sessionNow, useSession } from './use-session.ts';
import { useSource } from './use-source.ts';

const noTurns: TurnView[] = [];
const noChanges: AgentChange[] = [];
const closed = { onEdit: undefined, onAnew: undefined };

export function SessionPage() {
  const { sessionId } = useParams({ from: '/shell/sessions/$sessionId' });
  const { outbox, drafts, liveRows, stopper } = useServices();
  const { store, state } = useSession(sessionId);
  const entries = useSyncExternalStore(outbox.subscribe, outbox.getEntries);
  const wishes = useSyncExternalStore(stopper.subscribe, stopper.getWishes);
  const isCut = useFeedState() === 'reconnecting';
  const live = useSyncExternalStore(liveRows.subscribe, liveRows.getState);
  const session = sessionNow(state, live.rows.get(sessionId));
  useTitle(session ? sessionTitle(session) : t('Session'));

  const turns = state.view?.turns ?? noTurns;
  const pending = useMemo(() => unseen(entries, sessionId, turns), [entries, sessionId, turns]);
  const { arranged, here, choose, showNewest, follow } = useArrangedTurns(sessionId, turns, pending);

  const [text, setText] = useDraft(sessionId);
  const refusal = useRefusal(sessionId, (back) => {
    const joined = [back, drafts.read(sessionId)].filter((each) => each !== '').join('\n\n');
    drafts.write(sessionId, joined);
    setText(joined);
  });
  const transcript = useRef<TranscriptHandle>(null);
  const send = (message: string) => {
    refusal.clear();
    const before = here.at(-1)?.clientTurnId;
    const shownLast = arranged.turns.at(-1)?.turn.turnId;
    follow(
      outbox.add({
        sessionId,
        text: message,
        ...(before !== undefined ? { follows: before } : shownLast !== undefined && { parentTurnId: shownLast }),
      }),
    );
    transcript.current?.jump();
  };
  const replace = useReplacing(sessionId, (clientTurnId) => {
    refusal.clear();
    follow(clientTurnId);
    transcript.current?.takeFocus();
  });
  const { people, authorOf } = useAuthors(sessionId, { session, turns, rev: live.rows.get(sessionId)?.rev });
  const [isSharing, setSharing] = useState(false);
  const access = session?.sharing?.access ?? 'owner';
  const mayWrite = access !== 'read' && session?.is_active === true;
  const { feedback, rate } = useFeedback(sessionId, live.rows.get(sessionId));
  const lastCode = turns.at(-1)?.code ?? '';
  const choice = useAgentChoice(sessionId, session, {
    seq: state.view?.seq ?? 0,
    since: `${refusal.message ?? ''}${lastCode}`,
  });
  const agentChanges = state.view?.agentChanges ?? noChanges;
  const lines = useMemo(
    () =>
      agentLines(
        arranged.turns.map(({ turn }) => turn),
        agentChanges,
      ),
    [arranged, agentChanges],
  );
  const onOlder = useCallback(() => void store.loadOlder(), [store]);
  const { source, close } = useSource();
  const openedAt = useOpenedAt({ state, turns, shown: arranged.turns, onOlder, choose, transcript });

  if (state.phase === 'failed') {
    return <SessionMissing error={state.error} onRetry={() => void store.load()} />;
  }
  const under =
    turns.find((turn) => turn.state === 'running') ?? turns.find((turn) => !finalTurnStates.has(turn.state));
  const wish = under && wishes.get(under.turnId);
  const hindered = pending.findLast((entry) => entry.hindrance !== undefined && !entry.acked);
  const citation = turns.flatMap(({ turnId, answer }) =>
    (answer?.citations ?? []).filter(({ n }) => source === `${turnId}:${n}`),
  )[0];

  return (
    <div className="flex min-h-0 flex-1">
      <div className="flex min-w-0 flex-1 flex-col">
        <PageHeader title={session && sessionTitle(session)}>
          {session?.sharing && <Presence people={people} onOpen={() => setSharing(true)} />}
          {session && <span className="hidden text-sm text-muted sm:block">{session.agent.name}</span>}
        </PageHeader>
        <main className="flex min-h-0 flex-1 flex-col">
          {session?.imported_at && <BroughtBack at={session.imported_at} />}
          {session?.temporary_until && <TemporarySession until={session.temporary_until} />}
          {session?.kept_until && <SessionGoes until={session.kept_until} />}
          {session?.sharing && <SharedBy sharing={session.sharing} />}
          {session && <SessionReads sessionId={sessionId} row={live.rows.get(sessionId)} />}
          {state.error && (
            <Failure
              error={state.error}
              onRetry={() => void store.load()}
              retriesItself={state.error.passing}
              className="mx-4 mt-3"
            />
          )}
          <p role="status" className={openedAt.words === '' ? 'sr-only' : 'px-4 py-2 text-center text-sm text-muted'}>
            {openedAt.words}
          </p>
          {!session ? (
            <Skeleton lines={6} className="mx-auto w-full max-w-3xl flex-1 p-6" />
          ) : (
            <Transcript
              ref={transcript}
              turns={arranged.turns}
              pending={here}
              authorOf={authorOf}
              agentLines={lines}
              older={state.older}
              onOlder={onOlder}
              feedback={feedback}
              actions={{ sessionId, onChoose: choose, onRate: rate, ...(mayWrite ? replace : closed) }}
              wishes={wishes}
              isCut={isCut}
              wanted={openedAt.wanted}
            >
              {mayWrite && here.length === 0 && arranged.isNewest && (
                <Offers turns={arranged.turns.map(({ turn }) => turn)} chosen={session.corpora} onPick={send} />
              )}
            </Transcript>
          )}
          {session && !session.is_active ? (
            <p className="mx-auto mb-4 max-w-3xl rounded-xl bg-warn-soft px-4 py-3 text-sm text-warn">
              {t('An administrator closed this session. You can read it, but not go on with it.')}
            </p>
          ) : access === 'read' ? null : (
            <>
              {!arranged.isNewest && <EarlierBranch onNewest={showNewest} />}
              <BudgetLine
                since={`${sessionId} ${turns.findLast((turn) => finalTurnStates.has(turn.state))?.turnId ?? ''} ${refusal.message ?? ''}`}
              />
              {choice && <AgentNotice choice={choice} sharing={session?.sharing} />}
              <Composer
                key={sessionId}
                sessionId={sessionId}
                text={text}
                onText={setText}
                onSend={send}
                stopping={wish !== undefined && wish.state !== 'refused'}
                onStop={under ? () => stopper.stop(sessionId, under.turnId) : undefined}
                refusal={refusal.message}
              >
                {session && access === 'write' && <CorporaOfOwner sharing={session.sharing} chosen={session.corpora} />}
                {choice && access === 'owner' && <AgentPicker choice={choice} />}
                {session && access === 'owner' && (
                  <CorpusPicker
                    sessionId={sessionId}
                    agent={choice?.agent ?? session.agent}
                    chosen={session.corpora}
                    disabled={false}
                  />
                )}
              </Composer>
            </>
          )}
        </main>
        <Announcer
          key={sessionId}
          turn={turns.at(-1)}
          switched={lines.next === undefined ? '' : agentWords(lines.next)}
          onItsWay={(wish && wishWords(wish)) ?? (hindered && onItsWay(hindered)) ?? ''}
        />
      </div>
      {session && isSharing && (
        <ShareSession row={live.rows.get(sessionId) ?? session} onClose={() => setSharing(false)} />
      )}
      {citation && <SourcePanel key={source} citation={citation} onClose={close} />}
    </div>
  );
}

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
        const problem = said(message);
        setRefused({
          sessionId,
          message: text === '' ? problem : t('{problem} Your text is back below.', { problem }),
        });
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
