import type { ToolCallView } from '../../src/contract/fold.ts';
import { listed } from '../i18n/numbers.ts';
import { t } from '../i18n/translate.ts';

/** What a tool did, as one quiet line. `nameOf` gives a corpus's name for an id or a name. */
export function toolWords(call: ToolCallView, nameOf: (corpus: string) => string): string {
  const done = call.output !== undefined || call.isError !== undefined;
  const failure = call.isError ? t('this did not work') : undefined;
  switch (call.tool) {
    case 'search_corpora': {
      const searched = isRecord(call.output) ? strings(call.output['searched']) : [];
      const named = searched.length > 0 ? searched : strings(call.input['corpora']);
      const words = searchWords(named.map(nameOf), call.input['query'], done);
      return done ? withResult(words, failure ?? found(call.output)) : words;
    }
    case 'list_corpora':
      return done
        ? withResult(t('Looked up which corpora there are'), failure)
        : t('Looking up which corpora there are…');
    case 'open_passage':
      return done ? withResult(openedWords(call.output), failure) : t('Reading more of a document…');
    case 'ask_agent': {
      const agent = typeof call.input['agent'] === 'string' ? call.input['agent'] : t('another agent');
      return done ? withResult(t('Asked {agent}', { agent }), failure) : t('Asking {agent}…', { agent });
    }
    default:
      return done
        ? withResult(t('Used {tool}', { tool: call.tool }), failure)
        : t('Using {tool}…', { tool: call.tool });
  }
}

const withResult = (words: string, result: string | undefined) =>
  result === undefined ? words : `${words} – ${result}`;

function searchWords(named: string[], query: unknown, done: boolean): string {
  const given = { corpora: named.length, where: list(named) };
  if (typeof query !== 'string')
    return done
      ? t('{corpora, plural, =0 {Searched the documents} other {Searched {where}}}', given)
      : t('{corpora, plural, =0 {Searching the documents…} other {Searching {where}…}}', given);
  const about = { ...given, query };
  return done
    ? t('{corpora, plural, =0 {Searched the documents for “{query}”} other {Searched {where} for “{query}”}}', about)
    : t(
        '{corpora, plural, =0 {Searching the documents for “{query}”…} other {Searching {where} for “{query}”…}}',
        about,
      );
}

function found(output: unknown): string | undefined {
  const passages = Array.isArray(output) ? output : isRecord(output) ? output['passages'] : undefined;
  if (!Array.isArray(passages)) return undefined;
  if (passages.length === 0) return t('nothing found');
  return t('{count, plural, one {# passage} other {# passages}}', { count: passages.length });
}

function openedWords(output: unknown): string {
  const passages = isRecord(output) ? output['passages'] : undefined;
  const first: unknown = Array.isArray(passages) ? passages[0] : undefined;
  return isRecord(first) && typeof first['document_title'] === 'string'
    ? t('Read more of “{title}”', { title: first['document_title'] })
    : t('Read more of a document');
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function list(names: string[]): string {
  const [first = '', second = '', ...others] = names;
  if (others.length === 0) return listed(names);
  return t('{first}, {second} and {count, plural, other {# more}}', { first, second, count: others.length });
}
