import { Users } from 'lucide-react';
import { useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { ReadingDialog } from '../../ui/dialog.tsx';
import { AgentAccess } from './agent-access.tsx';

/** Opens who may use an agent. */
export function AgentAccessButton({ agent }: { agent: { agent_id: string; name: string } }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button aria-label={t('Who may use it: {name}', { name: agent.name })} onClick={() => setOpen(true)}>
        <Users aria-hidden className="size-4" /> {t('Who may use it')}
      </Button>
      <ReadingDialog open={isOpen} onOpenChange={setOpen} title={t('Who may use {name}', { name: agent.name })}>
        <AgentAccess agent={agent} />
      </ReadingDialog>
    </>
  );
}
