import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { listCorporaInBin, purgeCorpus, restoreCorpus } from '../../api/recycle-bin.ts';
import { t, unmarked } from '../../i18n/translate.ts';
import { useKeptFor } from '../../retention/use-kept-for.ts';
import { PageHeader } from '../../shell/page-header.tsx';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { formText } from '../../ui/form-text.ts';
import { Empty, Failure, Skeleton } from '../../ui/states.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { counted } from '../page-words.ts';
import { type BinItem, BinList } from './bin-list.tsx';

/** Deleted corpora: what is in them can be brought back until its time is over. */
export function CorporaBinPage() {
  const days = useKeptFor().document_bin ?? 0;
  useTitle(t('Recycle bin'));
  const queryClient = useQueryClient();
  const [renaming, setRenaming] = useState<BinItem>();
  const query = useQuery({
    queryKey: [knowledgeKey, 'bin'],
    queryFn: ({ signal }) => listCorporaInBin(signal),
  });
  const items = query.data?.corpora.map(
    (corpus): BinItem => ({
      id: corpus.id,
      name: corpus.name,
      about: counted(corpus.documents, 'document'),
      deletedAt: corpus.deleted_at,
      deletedBy: corpus.deleted_by,
      keptUntil: corpus.kept_until,
      restore: () => restoreCorpus(corpus.id),
      purge: () => purgeCorpus(corpus.id),
    }),
  );
  return (
    <>
      <PageHeader title={t('Recycle bin')} />
      <main data-pane className="min-h-0 flex-1 overflow-y-auto px-4 py-5 sm:px-6">
        <div className="mx-auto max-w-5xl">
          <p className="mb-5 max-w-3xl text-sm text-muted">
            {t(
              'Deleted corpora are kept here {days, plural, =0 {for ever} one {for # day} other {for # days}} with all ' +
                'that is in them. Nobody can search or open them meanwhile. Deleted documents are in the bin of their ' +
                'own corpus.',
              { days },
            )}
          </p>
          {query.isPending && <Skeleton lines={4} />}
          {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
          {items?.length === 0 && <Empty title={t('No corpus is in the bin.')} />}
          {items && items.length > 0 && (
            <BinList
              label={t('Deleted corpora')}
              items={items}
              isWhole
              whatGoes={t(
                'Its documents and everything found in them go with it. Answers already given keep their quotes. ' +
                  'This cannot be undone.',
              )}
              queryKey={[knowledgeKey]}
              onNameTaken={setRenaming}
            />
          )}
        </div>
      </main>
      <FormDialog
        open={renaming !== undefined}
        onOpenChange={(open) => !open && setRenaming(undefined)}
        title={t('Restore “{name}” under another name', { name: renaming?.name ?? '' })}
        description={t('There is a corpus with this name again.')}
        action={t('Restore')}
        onSubmit={async (data) => {
          if (renaming) await restoreCorpus(renaming.id, formText(data, 'name').trim());
          await queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
        }}
      >
        <Field label={t('Name')}>
          {(id) => (
            <TextInput
              id={id}
              name="name"
              required
              maxLength={120}
              defaultValue={unmarked(t('{name} (restored)', { name: renaming?.name ?? '' }))}
              autoComplete="off"
            />
          )}
        </Field>
      </FormDialog>
    </>
  );
}
