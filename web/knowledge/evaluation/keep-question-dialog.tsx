import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { maxExpectedDocuments } from '../../../src/contract/evaluation.ts';
import { keepEvaluationQuestion } from '../../api/evaluation.ts';
import { ApiError } from '../../api/errors.ts';
import { listDocuments } from '../../api/knowledge.ts';
import { t } from '../../i18n/translate.ts';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { Field, TextArea, TextInput } from '../../ui/field.tsx';
import { formText } from '../../ui/form-text.ts';
import { Failure, Skeleton } from '../../ui/states.tsx';

/** What one page of documents holds at most. */
const listedDocuments = 500;

/** A question is typed, and the documents that answer it are picked. */
export function KeepQuestionDialog({ corpusId, open, onOpenChange }: KeepQuestionDialogProps) {
  const queryClient = useQueryClient();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const change = (isOpen: boolean) => {
    if (!isOpen) setPicked(new Set());
    onOpenChange(isOpen);
  };
  const keep = async (data: FormData) => {
    if (picked.size === 0) {
      const detail = t('Pick a document that answers the question.');
      throw new ApiError({ status: 0, code: 'nothing_picked', title: t('No document picked'), detail });
    }
    await keepEvaluationQuestion(corpusId, { question: formText(data, 'question').trim(), expected: [...picked] });
    await queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={change}
      title={t('Keep a question')}
      description={t('Ask as people would ask, and say which documents answer it.')}
      action={t('Keep question')}
      onSubmit={keep}
    >
      <Field label={t('Question')}>
        {(id) => <TextArea id={id} name="question" rows={2} required maxLength={2000} autoComplete="off" />}
      </Field>
      <DocumentPicker corpusId={corpusId} picked={picked} onPick={setPicked} />
    </FormDialog>
  );
}

type KeepQuestionDialogProps = { corpusId: string; open: boolean; onOpenChange(open: boolean): void };

function DocumentPicker({ corpusId, picked, onPick }: DocumentPickerProps) {
  const [wanted, setWanted] = useState('');
  const query = useQuery({
    queryKey: [knowledgeKey, 'documents to pick', corpusId],
    queryFn: ({ signal }) => listDocuments(corpusId, { limit: listedDocuments }, signal),
  });
  const words = wanted.trim().toLowerCase();
  const shown = query.data?.documents.filter(
    ({ document_id, title, filename }) =>
      picked.has(document_id) || `${title}\n${filename}`.toLowerCase().includes(words),
  );
  const toggle = (documentId: string) => {
    const next = new Set(picked);
    if (!next.delete(documentId) && next.size < maxExpectedDocuments) next.add(documentId);
    onPick(next);
  };
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">{t('Documents that answer it')}</legend>
      <TextInput
        type="search"
        aria-label={t('Find a document')}
        placeholder={t('Find by title')}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
        // Enter would send the form before a document is picked.
        onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
      />
      <div className="mt-2 max-h-56 overflow-y-auto rounded-lg border border-line">
        {query.isPending && <Skeleton lines={3} className="p-3" />}
        {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
        {shown?.length === 0 && <p className="px-3 py-2 text-sm text-muted">{t('No document is called so.')}</p>}
        {shown?.map(({ document_id: id, title, filename }) => (
          <label key={id} className="flex items-baseline gap-2.5 px-3 py-1.5 text-sm hover:bg-hover">
            <input
              type="checkbox"
              checked={picked.has(id)}
              onChange={() => toggle(id)}
              className="size-4 shrink-0 translate-y-0.5 accent-accent"
            />
            <span className="min-w-0 wrap-anywhere">
              {title} {filename !== title && <span className="text-xs text-muted">{filename}</span>}
            </span>
          </label>
        ))}
      </div>
      {query.data?.next_cursor && (
        <p className="mt-1 text-xs text-muted">
          {t('The newest {count} documents are listed. Any other can be kept from “Try a question”.', {
            count: listedDocuments,
          })}
        </p>
      )}
    </fieldset>
  );
}

type DocumentPickerProps = {
  corpusId: string;
  picked: ReadonlySet<string>;
  onPick(picked: ReadonlySet<string>): void;
};
