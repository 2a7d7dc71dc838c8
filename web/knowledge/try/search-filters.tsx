import { t } from '../../i18n/translate.ts';
import { Choice } from '../../ui/choice.tsx';
import { TextInput } from '../../ui/field.tsx';
import { useTags } from '../tags/use-tags.ts';
import { FilterPicker } from './filter-picker.tsx';
import { PickDocuments } from './pick-documents.tsx';
import { toggled, type TrySearch } from './try-search.ts';

/** What a tried question is asked of; each change is a new address. */
export function SearchFilters({ corpusId, search, named, onChange }: SearchFiltersProps) {
  const { documents = [], tags = [] } = search;
  const { data: known = [] } = useTags(corpusId);
  const offered = [...new Set([...tags, ...known.map(({ tag }) => tag)])];
  const [first] = tags;
  return (
    <fieldset className="mb-4 flex flex-wrap items-center gap-2">
      <legend className="sr-only">{t('Filters')}</legend>
      <PickDocuments
        corpusId={corpusId}
        picked={named.map(({ id, title }) => ({ id, title: title ?? t('A document') }))}
        onToggle={(id) => onChange({ documents: toggled(documents, id) })}
      />
      {offered.length > 0 && (
        <FilterPicker label={t('Tags')} picked={tags.length > 1 ? String(tags.length) : (first ?? t('any'))}>
          <p className="px-2 pt-1 pb-2 text-xs text-muted">{t('Documents that have at least one of')}</p>
          <div className="max-h-72 overflow-y-auto">
            {offered.map((tag) => (
              <Choice
                key={tag}
                on={tags.includes(tag)}
                name={tag}
                hint={String(known.find((each) => each.tag === tag)?.documents ?? 0)}
                onToggle={() => onChange({ tags: toggled(tags, tag) })}
              />
            ))}
          </div>
        </FilterPicker>
      )}
      <Day label={t('Added from')} value={search.from} onChange={(from) => onChange({ from })} />
      <Day label={t('until')} value={search.to} onChange={(to) => onChange({ to })} />
    </fieldset>
  );
}

type SearchFiltersProps = {
  corpusId: string;
  search: TrySearch;
  named: readonly { id: string; title: string | undefined }[];
  onChange(change: { [Name in keyof TrySearch]?: TrySearch[Name] | undefined }): void;
};

function Day({ label, value, onChange }: DayProps) {
  return (
    <label className="flex items-center gap-1.5 text-sm text-muted">
      {label}
      <TextInput
        type="date"
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}
        className="w-auto! text-ink"
      />
    </label>
  );
}

type DayProps = { label: string; value: string | undefined; onChange(value: string | undefined): void };
