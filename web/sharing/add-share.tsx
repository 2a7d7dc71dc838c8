import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { User, Users } from 'lucide-react';
import { useState } from 'react';
import { type SessionShare, type ShareCandidate, type ShareLevel, shareLevel } from '../../src/contract/sharing.ts';
import { findShareCandidates, putShare } from '../api/sharing.ts';
import { named, t } from '../i18n/translate.ts';
import { useSettled } from '../sessions/use-settled.ts';
import { sessionsKey } from '../shell/use-fresh-data.ts';
import { Field, TextInput } from '../ui/field.tsx';
import { Failure } from '../ui/states.tsx';
import { ShareLevelSelect } from './share-level-select.tsx';
import { shareSentence, subjectHint } from './share-words.ts';
import { peopleKey } from './use-session-people.ts';

/** Finds people and groups by a part of their names, and lets whoever is chosen in. */
export function AddShare({ sessionId, shares }: { sessionId: string; shares: readonly SessionShare[] }) {
  const queryClient = useQueryClient();
  const [written, setWritten] = useState('');
  const [level, setLevel] = useState<ShareLevel>('read');
  const q = useSettled(written.trim(), 200);
  const query = useQuery({
    queryKey: [sessionsKey, 'candidates', sessionId, q],
    queryFn: ({ signal }) => findShareCandidates(sessionId, q, signal),
    placeholderData: keepPreviousData,
    enabled: q !== '',
  });
  const add = useMutation({
    mutationFn: async (candidate: ShareCandidate) => {
      await putShare(sessionId, candidate, level);
      await queryClient.invalidateQueries({ queryKey: peopleKey(sessionId) });
      return shareSentence({ ...candidate, level });
    },
    onSuccess: () => setWritten(''),
  });
  const has = new Set(shares.map(({ kind, id }) => `${kind} ${id}`));
  const isAnswered = q !== '' && written.trim() === q && !query.isPlaceholderData;
  const candidates = isAnswered ? query.data?.candidates : undefined;
  const found = candidates?.filter(({ kind, id }) => !has.has(`${kind} ${id}`));
  return (
    <div className="mt-4 space-y-2">
      <div className="flex flex-wrap items-start gap-2">
        <div className="min-w-44 flex-1">
          <Field label={t('Share with')} hint={t('Write a part of somebody’s name, or of a group that you are in.')}>
            {(id) => (
              <TextInput
                id={id}
                maxLength={100}
                value={written}
                onChange={(event) => setWritten(event.target.value)}
                autoComplete="off"
              />
            )}
          </Field>
        </div>
        <Field label={t('They', {}, 'may do in a session')}>
          {(id) => (
            <ShareLevelSelect
              id={id}
              value={level}
              onChange={(event) => setLevel(shareLevel.parse(event.target.value))}
            />
          )}
        </Field>
      </div>
      {found && found.length > 0 && (
        <ul aria-label={t('People and groups found')} className="rounded-xl border border-line p-1">
          {found.map((candidate) => (
            <li key={`${candidate.kind} ${candidate.id}`}>
              <Candidate candidate={candidate} busy={add.isPending} onChoose={() => add.mutate(candidate)} />
            </li>
          ))}
        </ul>
      )}
      {candidates && found?.length === 0 && (
        <p className="text-sm text-muted">
          {candidates.length > 0
            ? t('It is shared with them already.')
            : t('No person has such a name, and no group that you are in.')}
        </p>
      )}
      {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {add.error && <Failure error={add.error} />}
      <p role="status" className="text-sm text-muted empty:hidden">
        {add.data}
      </p>
    </div>
  );
}

type CandidateProps = { candidate: ShareCandidate; busy: boolean; onChoose(): void };

function Candidate({ candidate, busy, onChoose }: CandidateProps) {
  const Icon = candidate.kind === 'user' ? User : Users;
  return (
    <button
      type="button"
      disabled={busy}
      onClick={onChoose}
      className="flex min-h-10 w-full items-center gap-2.5 rounded-lg px-2 py-1 text-start text-sm hover:bg-hover disabled:opacity-55"
    >
      <Icon aria-hidden className="size-4 shrink-0 text-muted" />
      <span className="min-w-0 flex-1">
        <span className="block wrap-anywhere">{named(candidate.name)}</span>
        <span className="block text-xs wrap-anywhere text-muted empty:hidden">{subjectHint(candidate)}</span>
      </span>
    </button>
  );
}
