import type { ImportAnswer } from '../../src/contract/personal-data.ts';
import { t } from '../i18n/translate.ts';

/** What came of an import, a sentence each. */
export function importWords(answer: ImportAnswer): string[] {
  const { brought_back, in_bin, already_here, refused_in_all, documents } = answer;
  const words: string[] = [];
  if (brought_back > 0)
    words.push(t('{count, plural, one {# session} other {# sessions}} brought back.', { count: brought_back }));
  if (in_bin > 0)
    words.push(
      t('{count, plural, one {# session} other {# sessions}} put back into the bin, where they were.', {
        count: in_bin,
      }),
    );
  if (already_here > 0)
    words.push(
      t('{count, plural, one {# session} other {# sessions}} left as they are: you have them already.', {
        count: already_here,
      }),
    );
  if (refused_in_all > 0)
    words.push(
      t('{count, plural, one {# session} other {# sessions}} could not be brought back.', { count: refused_in_all }),
    );
  if (words.length === 0) words.push(t('There are no sessions in this export.'));
  if (documents > 0) {
    words.push(
      t(
        '{documents, plural, one {# document is in the archive and not put back: a curator can upload it to a corpus.} ' +
          'other {# documents are in the archive and not put back: a curator can upload them to a corpus.}}',
        { documents },
      ),
    );
  }
  return words;
}
