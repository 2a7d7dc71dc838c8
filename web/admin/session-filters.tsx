import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { listAdminAgents } from '../api/agents.ts';
import { t } from '../i18n/translate.ts';
import { agentsKey } from '../sessions/use-agents.ts';
import { Select, TextInput } from '../ui/field.tsx';
import { readSessionsSearch, type SessionsSearch } from './sessions-search.ts';

/** Which sessions are listed, and in what order; each change is a new address.
 *  @param onChange  the list begins at its first page again */
export function SessionFilters({ search, onChange, children }: SessionFiltersProps) {
  const navigate = useNavigate();
  /** What is being typed: the address follows a moment later. */
  const [typed, setTyped] = useState<string>();
  const set = (name: keyof SessionsSearch, value: string) => {
    void navigate({ to: '/admin/sessions', search: readSessionsSearch({ ...search, [name]: value }), replace: true });
    onChange();
  };
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <TextInput
        type="search"
        aria-label={t('Search by title or username')}
        placeholder={t('Search title or username')}
        value={typed ?? search.q ?? ''}
        onChange={(event) => {
          setTyped(event.target.value);
          set('q', event.target.value.trim());
        }}
        onBlur={() => setTyped(undefined)}
        className="w-full! sm:w-64!"
      />
      <Select
        aria-label={t('Status')}
        value={search.status ?? 'active'}
        onChange={(event) => set('status', event.target.value)}
      >
        <option value="active">{t('Active', {}, 'sessions')}</option>
        <option value="running">{t('Running')}</option>
        <option value="waiting">{t('Waiting')}</option>
        <option value="failed">{t('Failed', {}, 'sessions')}</option>
        <option value="archived">{t('Archived', {}, 'sessions')}</option>
        <option value="inactive">{t('Closed', {}, 'sessions')}</option>
        <option value="deleted">{t('Deleted', {}, 'sessions')}</option>
        <option value="all">{t('All', {}, 'sessions')}</option>
      </Select>
      <AgentSelect chosen={search.agent_id} onChoose={(id) => set('agent_id', id)} />
      <Select
        aria-label={t('Order')}
        value={search.sort ?? 'last_activity'}
        onChange={(event) => set('sort', event.target.value)}
      >
        <option value="last_activity">{t('Last activity first')}</option>
        <option value="created_at">{t('Newest first')}</option>
        <option value="chat_messages">{t('Most messages first')}</option>
      </Select>
      {search.username !== undefined && (
        <button
          type="button"
          onClick={() => set('username', '')}
          className="inline-flex min-h-8 max-w-64 items-center gap-1 rounded-full bg-accent-soft px-3 text-sm text-accent hover:underline"
        >
          <span className="truncate">{t('of {username}', { username: search.username })}</span>
          <X aria-label={t('Remove this filter')} className="size-3.5 shrink-0" />
        </button>
      )}
      {children}
    </div>
  );
}

type SessionFiltersProps = { search: SessionsSearch; onChange(): void; children: ReactNode };

function AgentSelect({ chosen = '', onChoose }: { chosen: string | undefined; onChoose(id: string): void }) {
  const query = useQuery({
    queryKey: [...agentsKey, 'all'],
    queryFn: ({ signal }) => listAdminAgents(signal),
    select: (answer) => answer.agents,
  });
  const agents = query.data ?? [];
  const isKnown = chosen === '' || agents.some((agent) => agent.agent_id === chosen);
  return (
    <Select aria-label={t('Agent')} value={chosen} onChange={(event) => onChoose(event.target.value)}>
      <option value="">{t('All agents')}</option>
      {!isKnown && <option value={chosen}>{chosen}</option>}
      {agents.map((agent) => (
        <option key={agent.agent_id} value={agent.agent_id}>
          {agent.name}
        </option>
      ))}
    </Select>
  );
}
