import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Corpus } from '../../src/contract/documents.ts';
import { UsernameField } from '../admin/username-field.tsx';
import { giveCorpus } from '../api/knowledge.ts';
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
      title={`Give “${corpus.name}” to somebody else`}
      description={
        corpus.owner_username === me.username
          ? 'They own it from then on. You keep only what your groups are granted.'
          : `${corpus.owner_username ? `It is owned by ${corpus.owner_username}.` : 'Nobody owns it.'} Who owned it keeps only what their groups are granted.`
      }
      action="Give"
      onSubmit={give}
    >
      <UsernameField
        label="Username of the new owner"
        hint="A curator or an administrator."
        value={username}
        onChange={setUsername}
        suggests={isAdministrator}
      />
    </FormDialog>
  );
}
