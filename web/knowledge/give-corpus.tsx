import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Corpus } from '../../src/contract/documents.ts';
import { UsernameField } from '../admin/username-field.tsx';
import { giveCorpus } from '../api/knowledge.ts';
import { t } from '../i18n/translate.ts';
import { useServices } from '../services.tsx';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { FormDialog } from '../ui/dialog.tsx';

type GiveCorpusProps = { corpus: Corpus; open: boolean; onOpenChange(open: boolean): void };

/** Gives a corpus to another owner. */
export function GiveCorpus({ corpus, open, onOpenChange }: GiveCorpusProps) {
  const { me } = useServices();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [username, setUsername] = useState('');
  const isAdministrator = me.role === 'administrator';
  const give = async () => {
    await giveCorpus(corpus.id, username.trim());
    // It may be out of reach now.
    if (!isAdministrator) await navigate({ to: '/knowledge' });
    await queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('Give “{name}” to somebody else', { name: corpus.name })}
      description={consequence(corpus.owner_username, me.username)}
      action={t('Give')}
      onSubmit={give}
    >
      <UsernameField
        label={t('Username of the new owner')}
        hint={t('A curator or an administrator.')}
        value={username}
        onChange={setUsername}
        suggests={isAdministrator}
      />
    </FormDialog>
  );
}

/** What giving it changes for whoever has it. */
function consequence(owner: string, me: string): string {
  if (owner === '') return t('Nobody owns it now.');
  if (owner === me) return t('They own it from then on. You keep only what your groups are granted.');
  return t('It is owned by {owner}, who keeps only what their groups are granted.', { owner });
}
