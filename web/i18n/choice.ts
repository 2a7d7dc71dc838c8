import { browserStorage } from '../api/browser-storage.ts';
import { directionOf, isLanguage, type Language, languageNames, languages, localeOf, negotiated } from './languages.ts';
import type { serverSpeech } from './server-speech.ts';
import { type Catalogue, speak, speakMore, t } from './translate.ts';

const key = 'perdure.language';

type Words = () => Promise<{ default: Catalogue }>;

/** What files need that are drawn at once, and what all others do: `split-catalogues.ts` divides them. */
const catalogues: Readonly<Record<Exclude<Language, 'en'>, { first: Words; rest: Words }>> = {
  de: { first: () => import('./catalogues/de.json?first'), rest: () => import('./catalogues/de.json?rest') },
  es: { first: () => import('./catalogues/es.json?first'), rest: () => import('./catalogues/es.json?rest') },
  zh: { first: () => import('./catalogues/zh.json?first'), rest: () => import('./catalogues/zh.json?rest') },
  ar: { first: () => import('./catalogues/ar.json?first'), rest: () => import('./catalogues/ar.json?rest') },
};

let spoken: Language = 'en';
let rest: Promise<void> | undefined;

/** What was chosen in this browser; `system` for the first of the browser's languages that the app is written in. */
export type LanguageChoice = Language | 'system';

export function languageChoice(): LanguageChoice {
  const choice = browserStorage('localStorage').getItem(key);
  return isLanguage(choice) ? choice : 'system';
}

/** What can be chosen, each by its own name. */
export const languageChoices = (): { id: LanguageChoice; name: string; language?: Language }[] => [
  { id: 'system', name: t('Same as the browser') },
  ...languageNames.map((id) => ({ id, name: languages[id], language: id })),
];

/** Loads the page anew: what stands in it was written in the language before. Drafts are kept as with any reload. */
export function chooseLanguage(choice: string): void {
  const storage = browserStorage('localStorage');
  if (isLanguage(choice)) storage.setItem(key, choice);
  else storage.removeItem(key);
  location.reload();
}

/** Before the app is loaded, whose texts are read once. A catalogue that does not come leaves the app in English. */
export async function speakChosenLanguage(): Promise<void> {
  const choice = languageChoice();
  const wanted = choice === 'system' ? navigator.languages : [choice, ...navigator.languages];
  const language = choice === 'system' ? negotiated(wanted) : choice;
  try {
    if (language === 'en') return show('en', {});
    const [texts, server] = await Promise.all([catalogues[language].first(), import('./server-speech.ts')]);
    show(language, texts.default, server.serverSpeech);
  } catch {
    show('en', {});
  }
}

/** Before a file is loaded that says more than the first words. Words that did not come are asked for again by the next who needs them. */
export function restOfWords(): Promise<void> {
  if (spoken === 'en') return Promise.resolve();
  rest ??= catalogues[spoken].rest().then(
    (texts) => speakMore(texts.default),
    (error: unknown) => {
      rest = undefined;
      throw error;
    },
  );
  return rest;
}

function show(language: Language, texts: Catalogue, server?: typeof serverSpeech): void {
  spoken = language;
  speak(texts, localeOf(language, navigator.languages), directionOf(language), server);
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
}
