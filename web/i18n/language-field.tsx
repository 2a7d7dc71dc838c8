import { Languages } from 'lucide-react';
import { chooseLanguage, languageChoice, languageChoices } from './choice.ts';
import { t } from './translate.ts';

/** For whoever has not signed in, and may not read the language that the page is in. */
export const LanguageField = () => (
  <label className="mt-8 flex items-center gap-2 text-sm text-muted">
    <Languages aria-hidden className="size-4" />
    <span className="sr-only">{t('Language')}</span>
    <select
      value={languageChoice()}
      onChange={({ target }) => chooseLanguage(target.value)}
      className="min-h-9 rounded-lg bg-transparent px-1"
    >
      {languageChoices().map(({ id, name, language }) => (
        <option key={id} value={id} lang={language}>
          {name}
        </option>
      ))}
    </select>
  </label>
);
