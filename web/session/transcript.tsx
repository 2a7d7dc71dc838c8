import { ArrowDown } from 'lucide-react';
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import type { Feedback } from '../../src/contract/feedback.ts';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { Failure } from '../ui/states.tsx';
import { AgentLine } from './agent-line.tsx';
import type { AgentLines } from './agent-lines.ts';
import type { ArrangedTurn } from './arrange-turns.ts';
import type { Pending } from './outbox.ts';
import { onItsWay } from './outbox-words.ts';
import type { SessionState } from './session-store.ts';
import { showPlace } from './show-place.ts';
import type { StopWish } from './stopper.ts';
import { TurnGroup } from './turn-group.tsx';
import type { TurnActions } from './turn-item.tsx';
import { useDrawnTurns } from './use-drawn-turns.ts';
import { useStickToBottom } from './use-stick-to-bottom.ts';
import { useTurnGroups } from './use-turn-groups.ts';
import { UserMessage } from './user-message.tsx';

export type TranscriptHandle = {
  jump(): void;
  /** Jumps, and takes the focus from what goes: the button of a turn that is replaced. */
  takeFocus(): void;
  /** Scrolls to what was said in a turn, by `user` or `assistant`, sets the focus there and shows for a moment what is meant; false while it is not drawn. */
  show(turnId: string, said: string): boolean;
};

/** The turns of a session, oldest first, with what is still on its way at the end. */
export function Transcript({
  ref,
  turns,
  pending,
  authorOf,
  agentLines,
  feedback,
  older,
  onOlder,
  actions,
  wishes,
  isCut,
  wanted,
  children,
}: TranscriptProps) {
  const { drawn, isWhole } = useDrawnTurns(turns, ({ turn }) => turn.turnId === wanted);
  const groups = useTurnGroups(drawn);
  const { area, content, atBottom, onScroll, jump, leave } = useStickToBottom(drawn[0]?.key);
  useImperativeHandle(
    ref,
    () => ({
      jump,
      takeFocus() {
        area.current?.focus();
        jump();
      },
      show(turnId, said) {
        const turn = area.current?.querySelector(`[data-turn="${CSS.escape(turnId)}"]`);
        const place = turn?.querySelector<HTMLElement>(`[data-said="${CSS.escape(said)}"]`) ?? turn;
        if (!(place instanceof HTMLElement)) return false;
        leave();
        showPlace(place);
        return true;
      },
    }),
    [area, jump, leave],
  );
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={area}
        data-pane
        tabIndex={-1}
        onScroll={onScroll}
        className="h-full overflow-y-auto outline-none [overflow-anchor:none]"
      >
        <div
          ref={content}
          data-from-the-beginning={(isWhole && !older.more) || undefined}
          className="mx-auto max-w-3xl space-y-8 px-4 pt-5 pb-6 sm:px-6"
        >
          {older.error && <Failure error={older.error} onRetry={onOlder} />}
          {isWhole && older.more && !older.error && <Older busy={older.loading} onOlder={onOlder} />}
          {groups.map((group) => (
            <TurnGroup
              key={group.key}
              turns={group.turns}
              isFull={group.isFull}
              authorOf={authorOf}
              agents={agentLines.before}
              feedback={feedback}
              {...actions}
              wishes={wishes}
              isCut={isCut}
            />
          ))}
          <AgentLine name={agentLines.next} />
          {pending.map((entry) => (
            <UserMessage key={entry.clientTurnId} text={entry.text} state={onItsWay(entry)} />
          ))}
          {children}
        </div>
      </div>
      {!atBottom && (
        <Button onClick={jump} className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full! shadow-float">
          <ArrowDown aria-hidden className="size-4" /> {t('Newest')}
        </Button>
      )}
    </div>
  );
}

type TranscriptProps = {
  ref: Ref<TranscriptHandle>;
  turns: ArrangedTurn[];
  pending: Pending[];
  /** What somebody is called; undefined for the person who looks. */
  authorOf(userId: string): string | undefined;
  agentLines: AgentLines;
  feedback: ReadonlyMap<string, Feedback>;
  older: SessionState['older'];
  onOlder(): void;
  actions: TurnActions;
  wishes: ReadonlyMap<string, StopWish>;
  /** Events may be missing at the moment. */
  isCut: boolean;
  /** A turn that is drawn at once, to be shown; empty for none. */
  wanted: string;
  children?: ReactNode;
};

/** Loads older turns as it comes into view, or when pressed. */
function Older({ busy, onOlder }: { busy: boolean; onOlder(): void }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current || busy) return;
    let asked: ReturnType<typeof setTimeout> | undefined;
    const observer = new IntersectionObserver((entries) => {
      // Not within the frame that found it in view.
      if (entries.some((entry) => entry.isIntersecting)) asked ??= setTimeout(onOlder);
    });
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      clearTimeout(asked);
    };
  }, [busy, onOlder]);
  return (
    <div ref={place} className="text-center">
      <Button look="quiet" busy={busy} onClick={onOlder}>
        {busy ? t('Loading older messages…') : t('Show older messages')}
      </Button>
    </div>
  );
}
