import { useState } from 'react';
import type { AdminAgent } from '../../src/contract/agents.ts';
import { Button } from '../ui/button.tsx';
import { AgentCorpora } from './agent-corpora.tsx';

/** One agent, and what its sessions begin with. */
export function AgentItem({ agent }: { agent: AdminAgent }) {
  const [choosing, setChoosing] = useState(false);
  const archived = agent.default_corpora.filter(({ is_archived }) => is_archived).map(({ name }) => name);
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-3 px-4 py-3 text-sm">
      <div className="min-w-52 flex-1">
        <p className="font-medium wrap-anywhere">
          {agent.name}
          {!agent.is_active && <span className="ml-2 text-xs font-normal text-muted">switched off</span>}
        </p>
        <p className="text-xs wrap-anywhere text-muted">{agent.description}</p>
        <p className="mt-2 wrap-anywhere">
          Sessions begin with: <span className="font-medium">{beginning(agent)}</span>
        </p>
        {archived.length > 0 && <p className="mt-1 text-xs text-warn">Archived: {archived.join(', ')}.</p>}
        {agent.deleted_corpora > 0 && (
          <p className="mt-1 text-xs text-warn">
            Deleted: {agent.deleted_corpora} {agent.deleted_corpora === 1 ? 'corpus' : 'corpora'}.
          </p>
        )}
      </div>
      <Button aria-label={`Choose corpora of ${agent.name}`} onClick={() => setChoosing(true)}>
        Choose corpora
      </Button>
      <AgentCorpora agent={agent} open={choosing} onOpenChange={setChoosing} />
    </li>
  );
}

function beginning({ default_corpora, deleted_corpora }: AdminAgent): string {
  const names = default_corpora.filter(({ is_archived }) => !is_archived).map(({ name }) => name);
  if (names.length > 0) return names.join(', ');
  return default_corpora.length + deleted_corpora > 0 ? 'no corpus' : 'all corpora';
}
