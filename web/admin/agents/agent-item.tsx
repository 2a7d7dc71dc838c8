import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AdminAgent } from '../../../src/contract/agents.ts';
import { inRow } from '../../i18n/in-row.ts';
import { named, rich, t } from '../../i18n/translate.ts';
import { useServices } from '../../services.tsx';
import { Moment } from '../../ui/moment.tsx';
import { AgentAccessButton } from './agent-access-button.tsx';
import { unsavedKey } from './use-unsaved-agent.ts';

/** One agent in the list, and what its sessions begin with. */
export function AgentItem({ agent }: { agent: AdminAgent }) {
  const { drafts } = useServices();
  const archived = agent.default_corpora.filter(({ is_archived }) => is_archived).map(({ name }) => name);
  const { version } = agent;
  const when = <Moment at={agent.updated_at} />;
  const isUnsaved = drafts.read(unsavedKey(agent.agent_id)) !== '';
  return (
    <li className="px-4 py-3 text-sm">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <Link
          to="/admin/agents/$agentId"
          params={{ agentId: agent.agent_id }}
          className="font-medium wrap-anywhere link"
        >
          {agent.name}
        </Link>
        {!agent.is_active && <span className="text-xs text-warn">{t('switched off')}</span>}
        {isUnsaved && <span className="text-xs text-warn">{t('you have unsaved changes')}</span>}
      </p>
      <p className="text-xs wrap-anywhere text-muted">
        <bdi>{named(agent.description)}</bdi>
      </p>
      <p className="mt-2 wrap-anywhere">
        {rich('Sessions begin with: <b>{corpora}</b>', {
          corpora: beginning(agent),
          b: strong,
        })}
      </p>
      {archived.length > 0 && (
        <p className="mt-1 text-xs text-warn">{t('Archived: {corpora}.', { corpora: inRow(archived) })}</p>
      )}
      {agent.deleted_corpora > 0 && (
        <p className="mt-1 text-xs text-warn">
          {t('{count, plural, one {Deleted: # corpus.} other {Deleted: # corpora.}}', { count: agent.deleted_corpora })}
        </p>
      )}
      <p className="mt-1 text-xs text-muted">
        {agent.is_builtin
          ? rich('Version {version} · comes with Perdure · changed {when}', { version, when })
          : rich('Version {version} · changed {when}', { version, when })}
      </p>
      <div className="mt-2">
        <AgentAccessButton agent={agent} />
      </div>
    </li>
  );
}

const strong = (inner: ReactNode) => <span className="font-medium">{inner}</span>;

function beginning({ default_corpora, deleted_corpora }: AdminAgent): string {
  const names = default_corpora.filter(({ is_archived }) => !is_archived).map(({ name }) => name);
  if (names.length > 0) return inRow(names);
  return default_corpora.length + deleted_corpora > 0 ? t('no corpus') : t('all corpora');
}
