import type { ErasureScope } from '../../src/contract/personal-data.ts';
import { Field, Select } from '../ui/field.tsx';

const counted = (count: number, one: string, many: string) => `${count.toLocaleString()} ${count === 1 ? one : many}`;

/** What goes and what stays, in a sentence. */
export function scopeWords({ sessions }: ErasureScope): string {
  if (sessions === 0) return 'There are no sessions to erase.';
  const stays =
    sessions === 1
      ? 'it was there, when, and how many messages it'
      : 'they were there, when, and how many messages they';
  return `${counted(sessions, 'session', 'sessions')} will be erased. Administrators still see that ${stays} held.`;
}

/** Whether corpora go too, where there are some. */
export function CorporaChoice({ scope }: { scope: ErasureScope }) {
  if (scope.corpora === 0) return null;
  const what = `${counted(scope.corpora, 'corpus', 'corpora')} with ${counted(scope.documents, 'document', 'documents')}`;
  return (
    <Field label={`Owned: ${what}`} hint="Documents that are erased can be read by nobody any more.">
      {(id) => (
        <Select id={id} name="corpora" defaultValue="keep" wide>
          <option value="keep">Keep them for the team, without the name</option>
          <option value="erase">Erase them too</option>
        </Select>
      )}
    </Field>
  );
}

export const corporaChoice = (data: FormData): 'keep' | 'erase' => (data.get('corpora') === 'erase' ? 'erase' : 'keep');
