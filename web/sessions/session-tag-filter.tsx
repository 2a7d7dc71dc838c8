import { number } from '../i18n/numbers.ts';
import { t } from '../i18n/translate.ts';
import { Select } from '../ui/field.tsx';
import { useSessionTags } from './use-session-tags.ts';

/** Narrows my sessions to one tag; it is not there while none has any. */
export function SessionTagFilter({ chosen, onChoose }: { chosen: string; onChoose(tag: string): void }) {
  const { data: tags = [] } = useSessionTags();
  if (tags.length === 0 && chosen === '') return null;
  const isListed = tags.some(({ tag }) => tag === chosen);
  return (
    <div className="px-3 pb-1">
      <Select
        aria-label={t('Sessions with the tag')}
        value={chosen}
        onChange={({ currentTarget: { value } }) => onChoose(value)}
        className="w-full"
      >
        <option value="">{t('Any tag')}</option>
        {chosen !== '' && !isListed && <option value={chosen}>{chosen}</option>}
        {tags.map(({ tag, sessions }) => (
          <option key={tag} value={tag}>
            {tag} ({number(sessions)})
          </option>
        ))}
      </Select>
    </div>
  );
}
