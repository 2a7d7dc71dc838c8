import type { QuotablePassage } from './choose-quotes.ts';
import type { SearchOutcome } from './read-result.ts';
import type { Sentence } from './sentences.ts';

/** The answer in Markdown: for each document its title, then its quotes, each a block of its own that ends with its
 *  passage's marker; or one sentence that says why there are none. Pure. */
export function writeAnswer(
  quotes: Sentence[],
  passages: QuotablePassage[],
  outcome: SearchOutcome | undefined,
): string {
  if (!outcome) return 'I have no way to search documents here.';
  if (outcome.failed) return 'I could not search your documents this time. Please ask again.';
  if (quotes.length === 0) return nothingFound(passages, outcome);
  const lines: string[] = [];
  let title = '';
  for (const quote of quotes) {
    const passage = passages[quote.passage];
    if (!passage) continue;
    const heading = `**${escape(passage.title)}**${passage.page === undefined ? '' : `, page ${passage.page}`}:`;
    if (heading !== title) lines.push(heading);
    title = heading;
    lines.push(`> ${escapeMarkers(quote.text)} [${passage.n}]`);
  }
  return lines.join('\n\n');
}

function nothingFound(passages: QuotablePassage[], outcome: SearchOutcome): string {
  const names = [...new Set(outcome.searched.length > 0 ? outcome.searched : passages.map((each) => each.corpus))];
  const where = names.length === 0 ? 'your documents' : listOf(names.slice(0, 3), names.length - 3);
  return `I found nothing about that in ${where}. Other words may find more.`;
}

function listOf(names: string[], more: number): string {
  const quoted = names.map((name) => `“${escape(name)}”`);
  if (more > 0) return `${quoted.join(', ')} and ${more} more`;
  return quoted.length === 1 ? (quoted[0] ?? '') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

/** A document's own `[3]` must not be taken for a marker of ours; Markdown shows the escaped form the same. */
function escapeMarkers(text: string): string {
  return text.replaceAll(/\[(\d[\d,;\s–-]*)\]/g, '\\[$1\\]');
}

function escape(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>]/g, '\\$&');
}
