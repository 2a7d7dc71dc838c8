import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { listCorporaInBin, purgeCorpus, restoreCorpus } from '../../api/recycle-bin.ts';
import { keptWords } from '../../retention/kept-words.ts';
import { useKeptFor } from '../../retention/use-kept-for.ts';
import { PageHeader } from '../../shell/page-header.tsx';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { formText } from '../../ui/form-text.ts';
import { Empty, Failure, Skeleton } from '../../ui/states.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { type BinItem, BinList } from './bin-list.tsx';

/** Deleted corpora: what is in them can be brought back until its time is over. */
export function CorporaBinPage() {
  const kept = keptWords(useKeptFor().document_bin);
  useTitle('Recycle bin');
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
      about: `${corpus.documents.toLocaleString()} ${corpus.documents === 1 ? 'document' : 'documents'}`,
      deletedAt: corpus.deleted_at,
      deletedBy: corpus.deleted_by,
      keptUntil: corpus.kept_until,
      restore: () => restoreCorpus(corpus.id),
      purge: () => purgeCorpus(corpus.id),
    }),
  );
  return (
    <>
      <PageHeader title="Recycle bin" />
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-5 sm:px-6">
        <div className="mx-auto max-w-5xl">
          <p className="mb-5 max-w-3xl text-sm text-muted">
            Deleted corpora are kept here {kept} with all that is in them. Nobody can search or open them meanwhile.
            Deleted documents are in the bin of their own corpus.
          </p>
          {query.isPending && <Skeleton lines={4} />}
          {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
          {items?.length === 0 && <Empty title="No corpus is in the bin." />}
          {items && items.length > 0 && (
            <BinList
              label="Deleted corpora"
              items={items}
              whatGoes="Its documents and everything found in them go with it. Answers already given keep their quotes."
              queryKey={[knowledgeKey]}
              onNameTaken={setRenaming}
            />
          )}
        </div>
      </main>
      <FormDialog
        open={renaming !== undefined}
        onOpenChange={(open) => !open && setRenaming(undefined)}
        title={`Restore “${renaming?.name ?? ''}” under another name`}
        description="There is a corpus with this name again."
        action="Restore"
        onSubmit={async (data) => {
          if (renaming) await restoreCorpus(renaming.id, formText(data, 'name').trim());
          await queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
        }}
      >
        <Field label="Name">
          {(id) => (
            <TextInput
              id={id}
              name="name"
              required
              maxLength={120}
              defaultValue={`${renaming?.name ?? ''} (restored)`}
              autoComplete="off"
            />
          )}
        </Field>
      </FormDialog>
    </>
  );
}
