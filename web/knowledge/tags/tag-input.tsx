import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { maxDocumentTags } from '../../../src/contract/document-tags.ts';
import { t } from '../../i18n/translate.ts';
import { Field, TextInput } from '../../ui/field.tsx';
import { isSameTag, splitTags, typedTags, withTags } from './tag-text.ts';

/** A few of those that there are. */
const shownSuggestions = 12;

/** Tags as they are typed or picked: Enter or a comma ends one. What is typed and not ended is in the form: see `tagsOfForm`. */
export function TagInput({ label, tags, onChange, suggestions }: TagInputProps) {
  const [typed, setTyped] = useState('');
  const add = (text: string) => {
    onChange(withTags(tags, splitTags(text)));
    setTyped('');
  };
  const offered = suggestions
    .filter(
      (tag) => !tags.some((each) => isSameTag(each, tag)) && tag.toLowerCase().includes(typed.trim().toLowerCase()),
    )
    .slice(0, shownSuggestions);
  return (
    <div>
      <Field label={label} hint={t('Enter or a comma ends a tag. At most {max}.', { max: maxDocumentTags })}>
        {(id) => (
          <TextInput
            id={id}
            name={typedTags}
            value={typed}
            maxLength={400}
            autoComplete="off"
            onChange={({ currentTarget: { value } }) => (value.includes(',') ? add(value) : setTyped(value))}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || typed.trim() === '') return;
              event.preventDefault();
              add(typed);
            }}
          />
        )}
      </Field>
      {tags.length > 0 && (
        <ul aria-label={label} className="mt-2 flex flex-wrap gap-1.5">
          {tags.map((tag) => (
            <li key={tag} className="min-w-0">
              <button
                type="button"
                aria-label={t('Leave out {tag}', { tag })}
                onClick={() => onChange(tags.filter((each) => each !== tag))}
                className="inline-flex min-h-8 max-w-full items-center gap-1 rounded-full bg-accent-soft px-3 text-start text-sm text-accent hover:underline"
              >
                <span className="min-w-0 wrap-anywhere">{tag}</span> <X aria-hidden className="size-3.5 shrink-0" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {offered.length > 0 && (
        <ul aria-label={t('{label}: those in use', { label })} className="mt-2 flex flex-wrap gap-1.5">
          {offered.map((tag) => (
            <li key={tag} className="min-w-0">
              <button
                type="button"
                onClick={() => {
                  onChange(withTags(tags, [tag]));
                  setTyped('');
                }}
                className="inline-flex min-h-8 max-w-full items-center gap-1 rounded-full border border-line-strong px-3 text-start text-sm text-muted hover:bg-hover"
              >
                <Plus aria-hidden className="size-3.5 shrink-0" /> <span className="min-w-0 wrap-anywhere">{tag}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

type TagInputProps = {
  label: string;
  tags: readonly string[];
  onChange(tags: string[]): void;
  suggestions: readonly string[];
};
