/** What the app is written in, each by its own name. */
export const languages = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  zh: '简体中文',
  ar: 'العربية',
} as const;
export type Language = keyof typeof languages;
export const languageNames = Object.keys(languages) as Language[];

export const isLanguage = (name: unknown): name is Language =>
  typeof name === 'string' && Object.hasOwn(languages, name);

export const directionOf = (language: Language): 'ltr' | 'rtl' => (language === 'ar' ? 'rtl' : 'ltr');

/** The first of a reader's languages that the app is written in; English for none.
 *  @param wanted  BCP 47 tags, the dearest first */
export function negotiated(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const [name] = tag.toLowerCase().split('-');
    if (isLanguage(name)) return name;
  }
  return 'en';
}

/** How numbers and dates are written: as in the reader's own region where it speaks the language. Digits are those of the documents'
 *  texts, in Arabic too.
 *  @returns a BCP 47 tag */
export function localeOf(language: Language, wanted: readonly string[]): string {
  const own =
    wanted.find((tag) => negotiated([tag]) === language && tag.toLowerCase().split('-')[0] === language) ?? language;
  return new Intl.Locale(own, { numberingSystem: 'latn' }).toString();
}
