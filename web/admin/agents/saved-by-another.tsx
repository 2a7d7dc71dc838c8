import type { AgentDefinition, AgentVersionDetail } from '../../../src/contract/agents.ts';
import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { VersionDiff } from './version-diff.tsx';

type SavedByAnotherProps = {
  saved: { version: number; definition: AgentDefinition } & Partial<AgentVersionDetail>;
  mine: AgentDefinition;
  onKeep(version: number): void;
  onDrop(): void;
};

/** Somebody saved the agent after this form was begun: nothing is saved before the person has decided whose text goes on. */
export function SavedByAnother({ saved, mine, onKeep, onDrop }: SavedByAnotherProps) {
  const { version } = saved;
  const name = saved.made_by?.name;
  return (
    <section
      role="alert"
      aria-label={t('Saved by somebody else')}
      className="mb-4 max-w-2xl rounded-xl border border-line bg-warn-soft p-4 text-sm"
    >
      <p className="font-medium text-warn">
        {name === undefined
          ? t('Somebody saved version {version} meanwhile. Your text is still here, and not saved.', { version })
          : t('{name} saved version {version} meanwhile. Your text is still here, and not saved.', { name, version })}
      </p>
      <details className="mt-2">
        <summary className="cursor-pointer">{t('How yours differs from version {version}', { version })}</summary>
        <div className="mt-2 rounded-lg bg-surface p-3">
          <VersionDiff was={saved.definition} is={mine} />
        </div>
      </details>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button onClick={() => onKeep(version)}>{t('Go on with mine')}</Button>
        <Button onClick={onDrop}>{t('Take version {version}', { version })}</Button>
      </div>
    </section>
  );
}
