import { type AdminAgent, maxSubAgents } from '../../../src/contract/agents.ts';
import { named, t } from '../../i18n/translate.ts';

type SubAgentsFieldProps = {
  /** All but the agent itself. */
  others: readonly AdminAgent[];
  /** Ids. */
  chosen: readonly string[];
  onChange(agents: string[]): void;
};

/** The agents that it may ask. */
export function SubAgentsField({ others, chosen, onChange }: SubAgentsFieldProps) {
  const deleted = chosen.filter((id) => !others.some((agent) => agent.agent_id === id)).length;
  if (others.length === 0 && deleted === 0) return null;
  return (
    <fieldset>
      <legend className="mb-1 font-semibold">{t('Agents it may ask')}</legend>
      <p className="mb-2 text-sm text-muted">
        {t(
          'It puts questions to them, and cites what they found. They work as they are set, with the rights of whoever asks; who may not use one of them is answered without it.',
        )}
      </p>
      <div className="max-h-64 overflow-y-auto rounded-lg border border-line bg-surface px-3 py-1">
        {others.map(({ agent_id: id, name, description, is_active }) => (
          <label key={id} className="flex items-start gap-2.5 py-2 text-sm">
            <input
              type="checkbox"
              checked={chosen.includes(id)}
              disabled={!chosen.includes(id) && chosen.length >= maxSubAgents}
              onChange={({ target }) =>
                onChange(target.checked ? [...chosen, id] : chosen.filter((agentId) => agentId !== id))
              }
              className="mt-0.5 size-4 shrink-0 accent-accent"
            />
            <span className="min-w-0 wrap-anywhere">
              <span className="font-medium">{name}</span>
              {!is_active && <span className="ms-2 text-xs text-muted">{t('switched off')}</span>}
              <span className="mt-0.5 block text-xs text-muted">
                <bdi>{named(description)}</bdi>
              </span>
            </span>
          </label>
        ))}
      </div>
      {chosen.length >= maxSubAgents && (
        <p className="mt-1 text-xs text-muted">{t('These are {max}, which is the most.', { max: maxSubAgents })}</p>
      )}
      {deleted > 0 && (
        <p className="mt-1 text-xs text-warn">
          {t(
            '{count, plural, one {Deleted: # agent. Saving takes it off the list.} other {Deleted: # agents. Saving takes them off the list.}}',
            { count: deleted },
          )}
        </p>
      )}
    </fieldset>
  );
}
