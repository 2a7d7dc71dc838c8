import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AgentDefinition } from '../../../src/contract/agents.ts';
import { previewAgent } from '../../api/agents.ts';
import { inRow } from '../../i18n/in-row.ts';
import { t } from '../../i18n/translate.ts';
import { useSettled } from '../../sessions/use-settled.ts';
import { Button } from '../../ui/button.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { whatIsMissing } from './what-is-missing.ts';

/** All that the model is sent before the conversation, as the server makes it of what stands in the form. */
export function PromptPreview({ definition }: { definition: AgentDefinition }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="mt-2">
      <Button look="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? t('Hide what the model is sent') : t('Show what the model is sent')}
      </Button>
      {isOpen && <Preview definition={definition} />}
    </div>
  );
}

/** Until nobody has typed for so long. */
const settledAfterMs = 400;

function Preview({ definition }: { definition: AgentDefinition }) {
  const settled = useSettled(JSON.stringify({ ...definition, corpora: [] }), settledAfterMs);
  const isFit = whatIsMissing(definition, false) === undefined;
  const query = useQuery({
    queryKey: ['agent-preview', settled],
    queryFn: ({ signal }) => previewAgent(JSON.parse(settled) as AgentDefinition, signal),
    placeholderData: keepPreviousData,
    enabled: isFit,
  });
  if (query.error) return <Failure error={query.error} onRetry={() => void query.refetch()} className="mt-1" />;
  if (!query.data) {
    return isFit ? (
      <Skeleton lines={5} className="mt-2" />
    ) : (
      <p className="mt-1 text-sm text-muted">{t('Fill in the fields first.')}</p>
    );
  }
  const { system, tools } = query.data;
  return (
    <section
      aria-label={t('What the model is sent')}
      className="mt-1 rounded-lg border border-line bg-surface p-3 text-sm"
    >
      <p className="text-xs text-muted">
        {t('The whole system text as it is sent; after it come the tools and the conversation.')}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <pre tabIndex={0} className="mt-2 max-h-72 overflow-y-auto font-mono text-xs wrap-anywhere whitespace-pre-wrap">
        {system}
      </pre>
      <p className="mt-2 text-xs text-muted">
        {tools.length === 0 ? t('Tools: none') : t('Tools: {names}', { names: inRow(tools.map(({ name }) => name)) })}
      </p>
    </section>
  );
}
