import { t } from '../i18n/translate.ts';

type Noun = 'document' | 'passage' | 'page' | 'slide';

/** How many there are of something, in words: `1 passage`, `2,000 passages`. Pure. */
export function counted(count: number, noun: Noun): string {
  switch (noun) {
    case 'document':
      return t('{count, plural, one {# document} other {# documents}}', { count });
    case 'passage':
      return t('{count, plural, one {# passage} other {# passages}}', { count });
    case 'page':
      return t('{count, plural, one {# page} other {# pages}}', { count });
    case 'slide':
      return t('{count, plural, one {# slide} other {# slides}}', { count });
  }
}

/** What the pages of a file of this type are called. Pure. */
export function pageWord(mediaType: string): 'page' | 'slide' {
  return mediaType === 'application/vnd.openxmlformats-officedocument.presentationml.presentation' ? 'slide' : 'page';
}
