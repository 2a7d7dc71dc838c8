import type { AgentDefinition, AgentVersionDetail } from '../../../src/contract/agents.ts';
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
  return (
    <section
      role="alert"
      aria-label="Saved by somebody else"
      className="mb-4 max-w-2xl rounded-xl border border-line bg-warn-soft p-4 text-sm"
    >
      <p className="font-medium text-warn">
        {saved.made_by?.name ?? 'Somebody'} saved version {saved.version} meanwhile. Your text is still here, and not
        saved.
      </p>
      <details className="mt-2">
        <summary className="cursor-pointer">How yours differs from version {saved.version}</summary>
        <div className="mt-2 rounded-lg bg-surface p-3">
          <VersionDiff was={saved.definition} is={mine} />
        </div>
      </details>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button onClick={() => onKeep(saved.version)}>Go on with mine</Button>
        <Button onClick={onDrop}>Take version {saved.version}</Button>
      </div>
    </section>
  );
}
