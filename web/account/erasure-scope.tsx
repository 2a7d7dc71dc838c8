import type { ErasureScope } from '../../src/contract/personal-data.ts';
import { t } from '../i18n/translate.ts';
import { Field, Select } from '../ui/field.tsx';

/** What goes and what stays, in a sentence. */
export function scopeWords({ sessions }: ErasureScope): string {
  if (sessions === 0) return t('There are no sessions to erase.');
  return t(
    '{sessions, plural, one {# session will be erased. Administrators still see that it was there, when, and how many messages it held.} ' +
      'other {# sessions will be erased. Administrators still see that they were there, when, and how many messages they held.}}',
    { sessions },
  );
}

/** Whether corpora go too, where there are some. */
export function CorporaChoice({ scope }: { scope: ErasureScope }) {
  if (scope.corpora === 0) return null;
  const { corpora, documents } = scope;
  const what = t(
    'Owned: {corpora, plural, one {# corpus} other {# corpora}} with {documents, plural, one {# document} other {# documents}}',
    { corpora, documents },
  );
  return (
    <Field label={what} hint={t('Documents that are erased can be read by nobody any more.')}>
      {(id) => (
        <Select id={id} name="corpora" defaultValue="keep" wide>
          <option value="keep">{t('Keep them for the team, without the name')}</option>
          <option value="erase">{t('Erase them too')}</option>
        </Select>
      )}
    </Field>
  );
}

export const corporaChoice = (data: FormData): 'keep' | 'erase' => (data.get('corpora') === 'erase' ? 'erase' : 'keep');
