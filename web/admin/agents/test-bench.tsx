import { useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { AgentDefinition } from '../../../src/contract/agents.ts';
import { finalTurnStates } from '../../../src/contract/events.ts';
import { beginAgentTest, putAgentDraft } from '../../api/agents.ts';
import { asApiError } from '../../api/errors.ts';
import { t } from '../../i18n/translate.ts';
import { useServices } from '../../services.tsx';
import type { AgentLines } from '../../session/agent-lines.ts';
import { BudgetLine } from '../../session/budget-line.tsx';
import { unseen } from '../../session/outbox-entries.ts';
import { SourcePanel } from '../../session/source-panel.tsx';
import { Transcript, type TranscriptHandle } from '../../session/transcript.tsx';
import { useArrangedTurns } from '../../session/use-arranged-turns.ts';
import { useFeedback } from '../../session/use-feedback.ts';
import { useSession } from '../../session/use-session.ts';
import { useSource } from '../../session/use-source.ts';
import { useFeedState } from '../../shell/use-feed-state.ts';
import { Button } from '../../ui/button.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { BenchQuestion } from './bench-question.tsx';
import { benchKey } from './use-unsaved-agent.ts';

type TestBenchProps = {
  /** The agent's id, or what stands for that of a new one. */
  agentKey: string;
  definition: AgentDefinition;
  /** Whether what stands in the form could be saved. */
  isFit: boolean;
};

/** Where what stands in the form answers questions before it is saved, in a temporary session of its own. */
export function TestBench({ agentKey, definition, isFit }: TestBenchProps) {
  const { drafts, outbox } = useServices();
  const key = benchKey(agentKey);
  const [sessionId, setSessionId] = useState(() => drafts.read(key));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const begin = (id: string) => {
    drafts.write(key, id);
    setSessionId(id);
  };
  const ask = async (text: string) => {
    setBusy(true);
    setError(undefined);
    try {
      const id = await sessionFor(sessionId, definition);
      if (id !== sessionId) begin(id);
      outbox.add({ sessionId: id, text });
      return true;
    } catch (thrown) {
      setError(thrown);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return (
    <section
      aria-label={t('Test bench')}
      className="relative flex h-[40rem] shrink-0 flex-col border-t border-line bg-surface xl:h-auto xl:w-[27rem] xl:border-t-0 xl:border-s"
    >
      <div className="flex items-center gap-2 border-b border-line px-4 py-2.5">
        <h2 className="flex-1 font-semibold">{t('Test bench')}</h2>
        {sessionId !== '' && (
          <Button look="quiet" onClick={() => begin('')}>
            {t('Begin again')}
          </Button>
        )}
      </div>
      {sessionId === '' ? (
        <p className="flex-1 px-4 py-4 text-sm text-muted">
          {t(
            'Ask what stands in the form, saved or not. It answers in a temporary session of yours, searches what you may read, and counts towards your budget. Nobody else gets what you try out.',
          )}
        </p>
      ) : (
        <BenchTranscript key={sessionId} sessionId={sessionId} />
      )}
      {error !== undefined && <Failure error={error} className="mx-3 mb-2" />}
      <BenchQuestion busy={busy} isFit={isFit} onAsk={ask} />
    </section>
  );
}

/** The bench's session, with the draft that answers next; another where that one is over. */
async function sessionFor(sessionId: string, definition: AgentDefinition): Promise<string> {
  if (sessionId !== '') {
    try {
      await putAgentDraft(sessionId, definition);
      return sessionId;
    } catch (thrown) {
      if (!['not_found', 'session_inactive'].includes(asApiError(thrown).code)) throw thrown;
    }
  }
  return (await beginAgentTest(definition)).session_id;
}

function BenchTranscript({ sessionId }: { sessionId: string }) {
  const { outbox, stopper, liveRows } = useServices();
  const { store, state } = useSession(sessionId);
  const entries = useSyncExternalStore(outbox.subscribe, outbox.getEntries);
  const wishes = useSyncExternalStore(stopper.subscribe, stopper.getWishes);
  const live = useSyncExternalStore(liveRows.subscribe, liveRows.getState);
  const isCut = useFeedState() === 'reconnecting';
  const { feedback, rate } = useFeedback(sessionId, live.rows.get(sessionId));
  const transcript = useRef<TranscriptHandle>(null);
  const { source, close } = useSource();
  const turns = state.view?.turns ?? none;
  const pending = useMemo(() => unseen(entries, sessionId, turns), [entries, sessionId, turns]);
  const { arranged, here, choose } = useArrangedTurns(sessionId, turns, pending);
  if (state.phase === 'failed') {
    return (
      <p className="flex-1 px-4 py-4 text-sm text-muted">
        {t('This test is over: tests are kept for 24 hours. Ask to begin another.')}
      </p>
    );
  }
  if (!state.view) return <Skeleton lines={4} className="flex-1 p-4" />;
  const citation = turns.flatMap(({ turnId, answer }) =>
    (answer?.citations ?? []).filter(({ n }) => source === `${turnId}:${n}`),
  )[0];
  const under = turns.find((turn) => !finalTurnStates.has(turn.state));
  return (
    <>
      <Transcript
        ref={transcript}
        turns={arranged.turns}
        pending={here}
        authorOf={() => undefined}
        agentLines={noLines}
        wanted=""
        older={state.older}
        onOlder={() => void store.loadOlder()}
        feedback={feedback}
        actions={{ sessionId, onChoose: choose, onRate: rate, onEdit: undefined, onAnew: undefined }}
        wishes={wishes}
        isCut={isCut}
      />
      {under && (
        <div className="px-3 pb-1">
          <Button onClick={() => stopper.stop(sessionId, under.turnId)}>{t('Stop answering')}</Button>
        </div>
      )}
      {citation && (
        <div className="absolute inset-0 z-10 flex [&>aside]:w-full!">
          <SourcePanel key={source} citation={citation} onClose={close} />
        </div>
      )}
      <BudgetLine since={`${sessionId} ${turns.filter((turn) => finalTurnStates.has(turn.state)).length}`} />
    </>
  );
}

const none: never[] = [];
/** Every turn of the bench is answered by the draft. */
const noLines: AgentLines = { before: new Map() };
