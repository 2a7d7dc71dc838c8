import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Corpus } from '../../../src/contract/documents.ts';
import { fetchCorpusAccess } from '../../api/corpus-access.ts';
import { rich, t } from '../../i18n/translate.ts';
import { useSettled } from '../../sessions/use-settled.ts';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { ReadingDialog } from '../../ui/dialog.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { GiveAccess } from './give-access.tsx';
import { GroupAccess } from './group-access.tsx';

type AccessDialogProps = { corpus: Corpus; open: boolean; onOpenChange(open: boolean): void };

/** Who may use a corpus, for whoever curates it: its groups, changed in place. */
export function AccessDialog({ corpus, open, onOpenChange }: AccessDialogProps) {
  const [written, setWritten] = useState('');
  const q = useSettled(written.trim(), 200);
  const query = useQuery({
    queryKey: [knowledgeKey, 'access', corpus.id, q],
    queryFn: ({ signal }) => fetchCorpusAccess(corpus.id, q === '' ? {} : { q }, signal),
    enabled: open,
    placeholderData: keepPreviousData,
  });
  const access = query.data;
  return (
    <ReadingDialog open={open} onOpenChange={onOpenChange} title={t('Who may use “{name}”', { name: corpus.name })}>
      <p className="text-sm text-muted">
        {access?.owner_username
          ? rich(
              'Owner: {owner}. The owner and administrators always have access. At “Curate” the ' +
                'curators in a group change the corpus and its members read it. A change holds at once.',
              {
                owner: <span className="font-medium text-ink">{access.owner_username}</span>,
              },
            )
          : t(
              'Administrators always have access. At “Curate” the curators in a group change the corpus and its ' +
                'members read it. A change holds at once.',
            )}
      </p>
      {query.isPending && <Skeleton lines={3} className="mt-4" />}
      {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} className="mt-4" />}
      {access && (
        <>
          {access.groups.length === 0 ? (
            <p className="mt-4 text-sm">{t('No group has access.')}</p>
          ) : (
            <ul
              aria-label={t('Groups with access')}
              className="mt-4 divide-y divide-line rounded-xl border border-line"
            >
              {access.groups.map((group) => (
                <GroupAccess key={group.group_id} access={access} group={group} />
              ))}
            </ul>
          )}
          <GiveAccess access={access} written={written} onWritten={setWritten} />
        </>
      )}
    </ReadingDialog>
  );
}
