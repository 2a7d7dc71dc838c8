import { number } from '../../i18n/numbers.ts';
import { t } from '../../i18n/translate.ts';
import { Select } from '../../ui/field.tsx';
import { useTags } from './use-tags.ts';

/** Narrows the list of a corpus’s documents to one tag; it is not there while no document has any. */
export function TagFilter({ corpusId, chosen, onChoose }: TagFilterProps) {
  const { data: tags = [] } = useTags(corpusId);
  if (tags.length === 0 && chosen === undefined) return null;
  const isListed = tags.some(({ tag }) => tag === chosen);
  return (
    <Select
      aria-label={t('Documents with the tag')}
      value={chosen ?? ''}
      onChange={({ currentTarget: { value } }) => onChoose(value === '' ? undefined : value)}
      className="mb-2 max-w-56"
    >
      <option value="">{t('Any tag')}</option>
      {chosen !== undefined && !isListed && <option value={chosen}>{chosen}</option>}
      {tags.map(({ tag, documents }) => (
        <option key={tag} value={tag}>
          {tag} ({number(documents)})
        </option>
      ))}
    </Select>
  );
}

type TagFilterProps = { corpusId: string; chosen: string | undefined; onChoose(tag?: string): void };
