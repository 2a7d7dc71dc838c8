import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Corpus } from '../../src/contract/documents.ts';
import { createCorpus, updateCorpus } from '../api/knowledge.ts';
import { t } from '../i18n/translate.ts';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { FormDialog } from '../ui/dialog.tsx';
import { Field, TextArea, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { TagInput } from './tags/tag-input.tsx';
import { tagsOfForm, withTags } from './tags/tag-text.ts';
import { useCorpora } from './use-corpora.ts';

type Shown = { open: boolean; onOpenChange(open: boolean): void };

export function CreateCorpus({ open, onOpenChange }: Shown) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const create = async (data: FormData) => {
    const { name, description } = told(data);
    const corpus = await createCorpus({ name, ...(description && { description }) });
    await queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
    await navigate({ to: '/knowledge/$corpusId', params: { corpusId: corpus.id } });
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('New corpus')}
      description={t('A corpus is a set of documents that answers are drawn from.')}
      action={t('Create corpus')}
      onSubmit={create}
    >
      <Fields />
    </FormDialog>
  );
}

export function EditCorpus({ corpus, open, onOpenChange }: Shown & { corpus: Corpus }) {
  const queryClient = useQueryClient();
  const [tags, setTags] = useState<string[]>(corpus.tags);
  const { data: corpora = [] } = useCorpora();
  const change = async (data: FormData) => {
    await updateCorpus(corpus.id, { ...told(data), tags: tagsOfForm(data, tags) });
    await queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('Name, description, tags')}
      description={t('Citations that were given keep the name the corpus had.')}
      action={t('Save')}
      onSubmit={change}
    >
      <Fields corpus={corpus} />
      <TagInput
        label={t('Tags')}
        tags={tags}
        onChange={setTags}
        suggestions={withTags(
          [],
          corpora.flatMap((each) => each.tags),
        )}
      />
    </FormDialog>
  );
}

function Fields({ corpus }: { corpus?: Corpus }) {
  return (
    <>
      <Field label={t('Name')}>
        {(id) => (
          <TextInput id={id} name="name" required maxLength={120} defaultValue={corpus?.name} autoComplete="off" />
        )}
      </Field>
      <Field label={t('Description')} hint={t('Tells people, and the agent, what is in it.')}>
        {(id) => <TextArea id={id} name="description" rows={3} maxLength={2000} defaultValue={corpus?.description} />}
      </Field>
    </>
  );
}

const told = (data: FormData) => ({
  name: formText(data, 'name').trim(),
  description: formText(data, 'description').trim(),
});
