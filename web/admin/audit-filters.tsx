import { Link, useNavigate } from '@tanstack/react-router';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { auditAction, auditObjectKind } from '../../src/contract/audit.ts';
import { t } from '../i18n/translate.ts';
import { Select, TextInput } from '../ui/field.tsx';
import { type AuditSearch, readAuditSearch } from './audit-search.ts';
import { actionWords } from './audit-words/action-words.ts';

const kindWords = {
  user: t('Users'),
  api_key: t('API keys'),
  invitation: t('Invitations'),
  budget: t('Default budget'),
  group: t('Groups'),
  agent: t('Agents'),
  corpus: t('Corpora'),
  document: t('Documents'),
  session: t('Sessions'),
  session_list: t('The list of sessions'),
  usage: t('Usage'),
  model_endpoint: t('Model endpoints'),
  setting: t('Settings'),
  audit: t('The audit log'),
} as const;

/** The filters; each change is a new address.
 *  @param nameOf  what somebody or something in the address is called, where a record on the page says so */
export function AuditFilterBar({ search, nameOf }: { search: AuditSearch; nameOf(id: string): string }) {
  const navigate = useNavigate();
  const set = (name: string, value: string) => {
    const { cursor: _, ...rest } = search;
    void navigate({ to: '/admin/audit', search: readAuditSearch({ ...rest, [name]: value }) });
  };
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <Select
        className="max-w-full"
        aria-label={t('What was done')}
        value={search.action ?? ''}
        onChange={(event) => set('action', event.target.value)}
      >
        <option value="">{t('Everything')}</option>
        {auditAction.options.map((action) => (
          <option key={action} value={action}>
            {actionWords[action]}
          </option>
        ))}
      </Select>
      <Select
        className="max-w-full"
        aria-label={t('What it was done to')}
        value={search.object_kind ?? ''}
        onChange={(event) => set('object_kind', event.target.value)}
      >
        <option value="">{t('To anything')}</option>
        {auditObjectKind.options.map((kind) => (
          <option key={kind} value={kind}>
            {kindWords[kind]}
          </option>
        ))}
      </Select>
      <Day label={t('From')} value={search.from} onChange={(value) => set('from', value)} />
      <Day label={t('Until')} value={search.until} onChange={(value) => set('until', value)} />
      {search.actor !== undefined && (
        <Chip search={search} without="actor">
          {search.actor === 'server' ? t('by the server') : t('by {name}', { name: nameOf(search.actor) })}
        </Chip>
      )}
      {search.object_id !== undefined && (
        <Chip search={search} without="object_id">
          {t('about {name}', { name: nameOf(search.object_id) })}
        </Chip>
      )}
    </div>
  );
}

function Day({ label, value, onChange }: { label: string; value: string | undefined; onChange(value: string): void }) {
  return (
    <label className="flex items-center gap-1.5 text-sm text-muted">
      {label}
      <TextInput
        type="date"
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value)}
        className="w-auto! text-ink"
      />
    </label>
  );
}

function Chip({
  search,
  without,
  children,
}: {
  search: AuditSearch;
  without: 'actor' | 'object_id';
  children: ReactNode;
}) {
  const { [without]: _, cursor: __, ...rest } = search;
  return (
    <Link
      to="/admin/audit"
      search={rest}
      className="inline-flex min-h-8 max-w-64 items-center gap-1 rounded-full bg-accent-soft px-3 text-sm text-accent hover:underline"
    >
      <span className="truncate">{children}</span>
      <X aria-label={t('Remove this filter')} className="size-3.5 shrink-0" />
    </Link>
  );
}
