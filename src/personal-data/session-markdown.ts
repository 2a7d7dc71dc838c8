import type { Citation } from '../contract/events.ts';
import type { ExportedSession } from '../contract/session-export.ts';
import { citationMarkers } from '../knowledge/citation-markers.ts';
import type { ToldChange, ToldTurn } from './told-turns.ts';

export type Exported = {
  at: string;
  /** Who takes it along. */
  by: string;
  /** What those are called who asked, where they are several, by their ids. */
  authors: ReadonlyMap<string, string>;
};

/** A session as a Markdown document: each question as a quotation, each answer as it was written, its markers as footnotes that name
 *  document, page and quoted words, and between them who answers from there on.
 *  @see https://docs.github.com/en/get-started/writing-on-github (footnotes; Pandoc, Obsidian and others read the same) */
export async function* sessionMarkdown(
  session: ExportedSession,
  turns: AsyncIterable<ToldTurn | ToldChange>,
  exported: Exported,
): AsyncGenerator<string> {
  yield `${head(session, exported)}\n`;
  const numbers = new Map<string, number>();
  let notes = 0;
  for await (const turn of turns) {
    if ('answersFromHere' in turn) {
      yield `\n*${plain(turn.answersFromHere)} answers from here on*\n`;
      continue;
    }
    const number = numbers.size + 1;
    numbers.set(turn.turnId, number);
    const again = turn.replacesTurnId === null ? undefined : numbers.get(turn.replacesTurnId);
    yield `\n${section(turn, { number, again, notesBefore: notes, author: exported.authors.get(turn.authorUserId) })}\n`;
    notes += turn.answer?.citations.length ?? 0;
  }
  if (numbers.size === 0) yield '\nNothing was asked in this session.\n';
}

function head(session: ExportedSession, exported: Exported): string {
  const lines = [
    `- Agent: ${plain(session.agent.name)}`,
    `- Begun: ${moment(session.created_at)}`,
    `- Last activity: ${moment(session.last_activity)}`,
    `- Exported: ${moment(exported.at)}, by ${plain(exported.by)}`,
    ...(session.is_active ? [] : ['- Closed by an administrator']),
    ...(session.imported_at
      ? [`- Brought in from elsewhere: ${moment(session.imported_at)}. What it held then was not said on this server.`]
      : []),
  ];
  return `# ${plain(session.title)}\n\n${lines.join('\n')}`;
}

type Place = {
  number: number;
  /** The number of the question that was asked again. */
  again: number | undefined;
  /** Footnotes have numbers of their own over the whole document. */
  notesBefore: number;
  author: string | undefined;
};

function section(turn: ToldTurn, { number, again, notesBefore, author }: Place): string {
  const citations = turn.answer?.citations ?? [];
  const noteOf = new Map(citations.map(({ n }, index) => [n, notesBefore + index + 1]));
  const facts = [
    ...(author === undefined ? [] : [plain(author)]),
    moment(turn.at),
    ...(again === undefined ? [] : [`question ${again} asked again`]),
  ];
  const end = endWords(turn);
  const parts = [
    `## Question ${number}`,
    `*${facts.join(', ')}*`,
    quoted(turn.question),
    `### Answer ${number}`,
    ...turn.texts.map((text) => withClosedFence(withFootnotes(text, noteOf))),
    ...(end === undefined ? [] : [`*${end}*`]),
    ...(turn.answer && turn.answer.model !== '' ? [`*${plain(turn.answer.model)}, ${moment(turn.answer.at)}*`] : []),
    ...citations.map((citation) => footnote(citation, noteOf.get(citation.n) ?? 0)),
  ];
  return parts.join('\n\n');
}

function endWords(turn: ToldTurn): string | undefined {
  switch (turn.state) {
    case 'queued':
    case 'running':
    case 'waiting_approval':
      return 'Not answered yet when this was exported.';
    case 'done':
      return undefined;
    case 'failed':
      return turn.texts.length > 0 ? 'The answer ends here: something went wrong.' : 'No answer: something went wrong.';
    case 'cancelled':
    case 'interrupted':
      return turn.texts.length > 0 ? 'The answer was stopped here.' : 'Stopped before there was an answer.';
  }
}

/** `[1, 2]` becomes `[^5][^6]`. A number without a citation stays as it is. */
function withFootnotes(text: string, noteOf: ReadonlyMap<number, number>): string {
  let written = '';
  let from = 0;
  for (const { start, end, numbers } of citationMarkers(text)) {
    const notes = numbers.map((n) => noteOf.get(n));
    if (notes.includes(undefined)) continue;
    written += `${text.slice(from, start)}${notes.map((note) => `[^${note}]`).join('')}`;
    from = end;
  }
  return written + text.slice(from);
}

/** An answer that was stopped in a block of code would take all that follows into it. */
function withClosedFence(text: string): string {
  let fence: string | undefined;
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    const [, marks = '', rest = ''] = mark ?? [];
    if (fence === undefined) {
      if (mark && !(marks.startsWith('`') && rest.includes('`'))) fence = marks;
    } else if (marks.startsWith(fence) && rest.trim() === '') fence = undefined;
  }
  return fence === undefined ? text : `${text}\n${fence}`;
}

function footnote(citation: Citation, note: number): string {
  const { document_title, page, corpus_name, quote } = citation;
  const where = page === undefined ? '' : `, page ${page}`;
  return `[^${note}]: **${plain(document_title)}**${where} (${plain(corpus_name)}): “${plain(quote)}”`;
}

/** What a person wrote, as they wrote it and set apart: no line of it can pass for a part of the document. */
const quoted = (text: string) =>
  text
    .split(/\r\n|\r|\n/)
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');

/** A text on one line in which no character means anything to Markdown. */
const plain = (text: string) =>
  text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*_[\]<>#|~$]/g, (char) => `\\${char}`);

/** `2026-01-02 03:04 UTC` */
const moment = (time: string) => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
