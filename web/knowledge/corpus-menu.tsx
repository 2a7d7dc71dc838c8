import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Archive, ArchiveRestore, Ellipsis, Pencil, Trash2, UserRoundPen } from 'lucide-react';
import { useState } from 'react';
import type { Corpus } from '../../src/contract/documents.ts';
import { archiveCorpus, deleteCorpus } from '../api/knowledge.ts';
import { t } from '../i18n/translate.ts';
import { useKeptFor } from '../retention/use-kept-for.ts';
import { useServices } from '../services.tsx';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { IconButton } from '../ui/button.tsx';
import { Confirm } from '../ui/dialog.tsx';
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx';
import { EditCorpus } from './corpus-dialogs.tsx';
import { GiveCorpus } from './give-corpus.tsx';

/** What a curator does with a corpus as a whole. */
export function CorpusMenu({ corpus }: { corpus: Corpus }) {
  const days = useKeptFor().document_bin ?? 0;
  const [dialog, setDialog] = useState<'edit' | 'give' | 'archive' | 'delete'>();
  const { me } = useServices();
  const mayGive = me.role === 'administrator' || corpus.owner_username === me.username;
  const close = (open: boolean) => !open && setDialog(undefined);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const archive = async () => {
    await archiveCorpus(corpus.id, true);
    await queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
  };
  const remove = async () => {
    await deleteCorpus(corpus.id);
    await navigate({ to: '/knowledge' });
    await queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
  };
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('More about this corpus')}>
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        <MenuItem onSelect={() => setDialog('edit')}>
          <Pencil aria-hidden /> {t('Name, description, tags…')}
        </MenuItem>
        {mayGive && (
          <MenuItem onSelect={() => setDialog('give')}>
            <UserRoundPen aria-hidden /> {t('Give to somebody else…')}
          </MenuItem>
        )}
        <MenuItem onSelect={() => void navigate({ to: '/knowledge/$corpusId/bin', params: { corpusId: corpus.id } })}>
          <ArchiveRestore aria-hidden /> {t('Recycle bin')}
        </MenuItem>
        <MenuLine />
        {corpus.archived_at === null && (
          <MenuItem onSelect={() => setDialog('archive')}>
            <Archive aria-hidden /> {t('Archive…')}
          </MenuItem>
        )}
        <MenuItem danger onSelect={() => setDialog('delete')}>
          <Trash2 aria-hidden /> {t('Delete…')}
        </MenuItem>
      </Menu>
      {dialog === 'edit' && <EditCorpus corpus={corpus} open onOpenChange={close} />}
      <GiveCorpus corpus={corpus} open={dialog === 'give'} onOpenChange={close} />
      <Confirm
        open={dialog === 'archive'}
        onOpenChange={close}
        title={t('Archive “{name}”?', { name: corpus.name })}
        action={t('Archive corpus')}
        onConfirm={archive}
      >
        {t(
          'Nothing is added to it any more, and no answer is drawn from it. Its documents, and the sources of answers ' +
            'already given, open as before. You can bring it back at any time.',
        )}
      </Confirm>
      <Confirm
        open={dialog === 'delete'}
        onOpenChange={close}
        title={t('Delete “{name}”?', { name: corpus.name })}
        action={t('Delete corpus')}
        onConfirm={remove}
      >
        {t(
          'Its {documents, plural, one {# document is} other {# documents are}} no longer found or quoted. Answers ' +
            'already given keep their quotes. It stays in the recycle bin ' +
            '{days, plural, =0 {for ever} one {for # day} other {for # days}}, and can be restored from there.',
          { documents: corpus.documents, days },
        )}
      </Confirm>
    </>
  );
}
