import { ChevronDown, Library } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import type { Corpus } from '../../src/contract/documents.ts';
import { noCorpus } from '../../src/contract/sessions.ts';
import { asApiError } from '../api/errors.ts';
import { patchSession } from '../api/sessions.ts';
import { said, t } from '../i18n/translate.ts';
import { useSearchedCorpora } from '../knowledge/use-corpora.ts';
import { useAgents } from '../sessions/use-agents.ts';
import { Choice } from '../ui/choice.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { isAgentsChoice } from './is-agents-choice.ts';

/** Which corpora the session's questions go to. The choice is kept with the session, and new sessions begin with the last one made,
 *  or else with what is set for the agent. */
export function CorpusPicker({
  sessionId,
  agent,
  chosen,
  disabled,
}: {
  sessionId: string;
  agent: { id: string; name: string };
  chosen: string[];
  disabled: boolean;
}) {
  const query = useSearchedCorpora();
  const corpora = query.data ?? [];
  /** A choice just made, until the session itself says it. */
  const [wanted, setWanted] = useState<string[]>();
  const [problem, setProblem] = useState('');
  const [isOpen, setIsOpen] = useState(false);
  const setForAgent = useAgents(isOpen).data?.find(({ id }) => id === agent.id)?.default_corpora;
  const isChosen = (corpus: Corpus) => (wanted ?? chosen).some((each) => each === corpus.id || each === corpus.name);
  const picked = corpora.filter(isChosen);
  /** Chosen once, and gone or not theirs to read any more: nothing is searched in its stead. */
  const lost = query.data ? (wanted ?? chosen).length - picked.length : 0;

  const hasNone = (wanted ?? chosen).includes(noCorpus);
  const ofAgent =
    lost === 0 &&
    isAgentsChoice(
      picked.map(({ id }) => id),
      setForAgent,
    );

  const choose = (ids: string[]) => {
    setWanted(ids);
    setProblem('');
    patchSession(sessionId, { corpora: ids }).catch((error: unknown) => {
      setWanted(undefined);
      setProblem(asApiError(error).message);
    });
  };
  const toggle = (corpus: Corpus) =>
    choose(
      isChosen(corpus)
        ? picked.flatMap(({ id }) => (id === corpus.id ? [] : [id]))
        : [...picked.map(({ id }) => id), corpus.id],
    );

  return (
    <Popover.Root
      open={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        if (open) setWanted(undefined);
      }}
    >
      <Popover.Trigger
        disabled={disabled}
        className="inline-flex min-h-9 min-w-0 items-center gap-1.5 rounded-lg px-2 text-sm text-muted hover:bg-hover hover:text-ink disabled:opacity-60"
      >
        <Library aria-hidden className="size-4 shrink-0" />
        <span className="sr-only">{t('Search in:')} </span>
        <span className="truncate">
          {lost > 0 && picked.length === 0 ? t('No corpus') : summary(picked, corpora.length)}
        </span>
        <ChevronDown aria-hidden className="size-3.5 shrink-0" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          side="top"
          sideOffset={6}
          collisionPadding={12}
          aria-label={t('Corpora to answer from')}
          className="z-50 w-72 max-w-[calc(100vw-1.5rem)] rounded-xl border border-line bg-surface p-1.5 text-sm shadow-float"
        >
          <p className="px-2 pt-1 pb-2 text-xs text-muted">
            {ofAgent
              ? t('As set for {agent}, answers are drawn from', { agent: agent.name })
              : t('Answers are drawn from')}
          </p>
          {hasNone && (
            <p className="px-2 pb-2 text-xs text-muted">
              {t(
                'What is set for {agent} is archived, deleted or not yours to read. Choose others here, or ask an administrator.',
                { agent: agent.name },
              )}
            </p>
          )}
          {lost > 0 && !hasNone && (
            <p className="px-2 pb-2 text-xs text-muted">
              {t(
                '{lost, plural, one {A corpus you picked is archived, deleted or no longer yours to read.} ' +
                  'other {# corpora you picked are archived, deleted or no longer yours to read.}}',
                { lost },
              )}
            </p>
          )}
          {query.isPending && <Skeleton lines={3} className="p-2" />}
          {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
          {query.data && (
            <div className="max-h-72 overflow-y-auto">
              <Choice
                on={picked.length === 0 && lost <= 0}
                name={t('All corpora I may read')}
                onToggle={() => choose([])}
              />
              {corpora.map((corpus) => (
                <Choice
                  key={corpus.id}
                  on={isChosen(corpus)}
                  name={corpus.name}
                  hint={t('{count, plural, one {# document} other {# documents}}', { count: corpus.documents })}
                  onToggle={() => toggle(corpus)}
                />
              ))}
            </div>
          )}
          {problem !== '' && (
            <p role="alert" className="px-2 py-1.5 text-xs text-danger">
              {said(problem)}
            </p>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function summary(picked: readonly Corpus[], all: number): string {
  const [first, ...others] = picked;
  if (!first) return all === 1 ? t('All documents') : t('All corpora');
  return others.length === 0 ? first.name : `${first.name} + ${others.length}`;
}
