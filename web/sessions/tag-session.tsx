import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SessionRow } from '../../src/contract/sessions.ts';
import { patchSession } from '../api/sessions.ts';
import { t } from '../i18n/translate.ts';
import { TagInput } from '../knowledge/tags/tag-input.tsx';
import { tagsOfForm } from '../knowledge/tags/tag-text.ts';
import { sessionsKey } from '../shell/use-fresh-data.ts';
import { FormDialog } from '../ui/dialog.tsx';
import { sessionTitle } from './session-title.ts';
import { useSessionTags } from './use-session-tags.ts';

type Props = { row: Pick<SessionRow, 'session_id' | 'title' | 'tags'>; onClose(): void };

/** The tags of a session, which its owner alone sees and changes. */
export function TagSession({ row, onClose }: Props) {
  const queryClient = useQueryClient();
  const [tags, setTags] = useState<string[]>(row.tags ?? []);
  const { data: known = [] } = useSessionTags();
  return (
    <FormDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('Tags of “{title}”', { title: sessionTitle(row) })}
      action={t('Save')}
      onSubmit={async (data) => {
        await patchSession(row.session_id, { tags: tagsOfForm(data, tags) });
        await queryClient.invalidateQueries({ queryKey: [sessionsKey] });
      }}
    >
      <TagInput label={t('Tags')} tags={tags} onChange={setTags} suggestions={known.map(({ tag }) => tag)} />
    </FormDialog>
  );
}
