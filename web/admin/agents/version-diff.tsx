import { useQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import type { AgentDefinition } from '../../../src/contract/agents.ts';
import { listAdminAgents } from '../../api/agents.ts';
import { rich, t } from '../../i18n/translate.ts';
import { useCorpora } from '../../knowledge/use-corpora.ts';
import { agentsKey } from '../../sessions/use-agents.ts';
import { definitionChanges, type InstructionLine } from './definition-changes.ts';

/** What differs between two versions: fields by their values, instructions by line. */
export function VersionDiff({ was, is }: { was: AgentDefinition; is: AgentDefinition }) {
  const corpora = useCorpora();
  const list = useQuery({ queryKey: [...agentsKey, 'all'], queryFn: ({ signal }) => listAdminAgents(signal) });
  const { fields, instructions } = definitionChanges(was, is, {
    corpus: (id) => corpora.data?.find((corpus) => corpus.id === id)?.name,
    agent: (id) => list.data?.agents.find((agent) => agent.agent_id === id)?.name,
  });
  if (fields.length === 0 && instructions.length === 0) {
    return <p className="text-sm text-muted">{t('They are alike.')}</p>;
  }
  return (
    <div className="space-y-4 text-sm">
      {fields.length > 0 && (
        <dl className="space-y-1.5">
          {fields.map(({ field, was: before, is: after }) => (
            <div key={field}>
              <dt className="text-xs text-muted">{field}</dt>
              <dd className="wrap-anywhere">
                {rich('<was>{before}</was> → <is>{after}</is>', {
                  before,
                  after,
                  was: struck,
                  is: inserted,
                })}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {instructions.length > 0 && (
        <div>
          <p className="mb-1 text-xs text-muted">{t('Instructions')}</p>
          <div className="overflow-hidden rounded-lg border border-line bg-surface font-mono text-xs leading-relaxed">
            {instructions.map((line, index) => (
              // Lines have no identity but their place.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              <Line key={index} line={line} />
            ))}
          </div>
        </div>
      )}
    </div>
  );
}

const struck = (inner: ReactNode) => <del className="rounded bg-danger-soft px-1">{inner}</del>;
const inserted = (inner: ReactNode) => <ins className="rounded bg-accent-soft px-1 no-underline">{inner}</ins>;

const looks = { same: '', gap: 'text-muted', added: 'bg-accent-soft', removed: 'bg-danger-soft' };

function Line({ line: { kind, text } }: { line: InstructionLine }) {
  const look = clsx('px-3 py-px wrap-anywhere whitespace-pre-wrap', looks[kind]);
  switch (kind) {
    case 'gap':
      return <p className={look}>⋯</p>;
    case 'same':
      return <p className={look}>{`  ${text}`}</p>;
    case 'added':
      return (
        <p className={look}>
          <span className="sr-only">{t('Added:')} </span>
          <span aria-hidden>+ </span>
          <ins className="no-underline">{text}</ins>
        </p>
      );
    case 'removed':
      return (
        <p className={look}>
          <span className="sr-only">{t('Removed:')} </span>
          <span aria-hidden>− </span>
          <del className="no-underline">{text}</del>
        </p>
      );
  }
}
