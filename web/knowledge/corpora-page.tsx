import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { createCorpus } from '../api/knowledge.ts';
import { useServices } from '../services.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { Button } from '../ui/button.tsx';
import { FormDialog } from '../ui/dialog.tsx';
import { Field, TextArea, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { Moment } from '../ui/moment.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { EmbedderBanner } from './embedder-banner.tsx';
import { useCorpora } from './use-corpora.ts';

export function CorporaPage() {
  useTitle('Knowledge');
  const { me } = useServices();
  const query = useCorpora();
  const [creating, setCreating] = useState(false);
  const mayCreate = me.role !== 'member';
  return (
    <>
      <PageHeader title="Knowledge">
        {mayCreate && (
          <Button onClick={() => setCreating(true)}>
            <Plus aria-hidden className="size-4" /> New corpus
          </Button>
        )}
      </PageHeader>
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-5 sm:px-6">
        <div className="mx-auto max-w-4xl">
          <EmbedderBanner />
          {query.isPending && <Skeleton lines={6} />}
          {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
          {query.data?.length === 0 && (
            <Empty title="No corpora yet.">
              {mayCreate
                ? 'A corpus is a set of documents that answers are drawn from. Make one and put documents in.'
                : 'A curator or an administrator can make one.'}
            </Empty>
          )}
          <ul className="grid gap-3 sm:grid-cols-2">
            {query.data?.map((corpus) => (
              <li key={corpus.id}>
                <Link
                  to="/knowledge/$corpusId"
                  params={{ corpusId: corpus.id }}
                  className="flex h-full flex-col rounded-xl border border-line bg-surface p-4 hover:border-line-strong hover:bg-hover"
                >
                  <span className="font-medium wrap-anywhere">{corpus.name}</span>
                  {corpus.description && (
                    <span className="mt-1 line-clamp-2 text-sm text-muted">{corpus.description}</span>
                  )}
                  <span className="mt-auto pt-3 text-xs text-muted">
                    {corpus.documents.toLocaleString()} {corpus.documents === 1 ? 'document' : 'documents'} ·{' '}
                    {corpus.passages.toLocaleString()} passages · changed <Moment at={corpus.updated_at} />
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      </main>
      <CreateCorpus open={creating} onOpenChange={setCreating} />
    </>
  );
}

function CreateCorpus({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const create = async (data: FormData) => {
    const description = formText(data, 'description').trim();
    const corpus = await createCorpus({ name: formText(data, 'name').trim(), ...(description && { description }) });
    await queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
    await navigate({ to: '/knowledge/$corpusId', params: { corpusId: corpus.id } });
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title="New corpus"
      description="A corpus is a set of documents that answers are drawn from."
      action="Create corpus"
      onSubmit={create}
    >
      <Field label="Name">
        {(id) => <TextInput id={id} name="name" required maxLength={120} autoComplete="off" />}
      </Field>
      <Field label="Description" hint="Tells people, and the agent, what is in it.">
        {(id) => <TextArea id={id} name="description" rows={3} maxLength={2000} />}
      </Field>
    </FormDialog>
  );
}
