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
      description={consequence(corpus.owner_username, me.username)}
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

/** What giving it changes for whoever has it. */
function consequence(owner: string, me: string): string {
  if (owner === '') return 'Nobody owns it now.';
  if (owner === me) return 'They own it from then on. You keep only what your groups are granted.';
  return `It is owned by ${owner}, who keeps only what their groups are granted.`;
}
