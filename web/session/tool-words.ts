import type { ToolCallView } from '../../src/contract/fold.ts';

/** What a tool did, as one quiet line. `nameOf` gives a corpus's name for an id or a name. */
export function toolWords(call: ToolCallView, nameOf: (corpus: string) => string): string {
  const done = call.output !== undefined || call.isError !== undefined;
  const end = call.isError ? ' – this did not work' : '';
  switch (call.tool) {
    case 'search_corpora': {
      const searched = isRecord(call.output) ? strings(call.output['searched']) : [];
      const named = searched.length > 0 ? searched : strings(call.input['corpora']);
      const where = list(named.map(nameOf)) || 'the documents';
      const query = typeof call.input['query'] === 'string' ? ` for “${call.input['query']}”` : '';
      if (!done) return `Searching ${where}${query}…`;
      return `Searched ${where}${query}${end || found(call.output)}`;
    }
    case 'list_corpora':
      return done ? `Looked up which corpora there are${end}` : 'Looking up which corpora there are…';
    case 'open_passage':
      return done ? `Read more of ${openedTitle(call.output)}${end}` : 'Reading more of a document…';
    default:
      return done ? `Used ${call.tool}${end}` : `Using ${call.tool}…`;
  }
}

function found(output: unknown): string {
  const passages = Array.isArray(output) ? output : isRecord(output) ? output['passages'] : undefined;
  if (!Array.isArray(passages)) return '';
  if (passages.length === 0) return ' – nothing found';
  return ` – ${passages.length} ${passages.length === 1 ? 'passage' : 'passages'}`;
}

function openedTitle(output: unknown): string {
  const passages = isRecord(output) ? output['passages'] : undefined;
  const first: unknown = Array.isArray(passages) ? passages[0] : undefined;
  return isRecord(first) && typeof first['document_title'] === 'string' ? `“${first['document_title']}”` : 'a document';
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function list(names: string[]): string {
  if (names.length <= 2) return names.join(' and ');
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}
