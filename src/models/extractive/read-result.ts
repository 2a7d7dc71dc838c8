import { z } from 'zod';
import type { ModelMessage } from '../model.ts';
import type { QuotablePassage } from './choose-quotes.ts';

/** What a search gave: its passages, the corpora it went through, or that it failed. */
export type SearchOutcome = { passages: QuotablePassage[]; searched: string[]; failed: boolean };

/** The output of `search_corpora` as the agent shows it to a model; other fields do not matter here. */
const searchOutput = z.object({
  passages: z.array(
    z.object({
      n: z.number().int(),
      document_title: z.string(),
      corpus_name: z.string(),
      page: z.number().int().optional(),
      heading_path: z.array(z.string()).default([]),
      text: z.string(),
    }),
  ),
  searched: z.array(z.string()).default([]),
});

/** The last user message, and what the search made for it gave; no outcome before the search. Pure. */
export function readResult(messages: ModelMessage[]): { question: string; outcome: SearchOutcome | undefined } {
  const asked = messages.findLastIndex((message) => message.role === 'user');
  const user = messages[asked];
  const question = user?.role === 'user' ? user.text : '';
  const result = messages
    .slice(asked + 1)
    .flatMap((message) => (message.role === 'tool' ? message.results : []))
    .findLast((each) => each.tool === 'search_corpora');
  if (!result) return { question, outcome: undefined };
  const output = searchOutput.safeParse(result.output);
  if (result.isError || !output.success) return { question, outcome: { passages: [], searched: [], failed: true } };
  const passages = output.data.passages.map((passage) => ({
    n: passage.n,
    title: passage.document_title,
    corpus: passage.corpus_name,
    headings: passage.heading_path,
    text: undelimited(passage.text),
    ...(passage.page !== undefined && { page: passage.page }),
  }));
  return { question, outcome: { passages, searched: output.data.searched, failed: false } };
}

/** The agent puts each text between two lines that mark it as a quotation from a document. */
function undelimited(text: string): string {
  return text.replace(/^<passage n="\d+">\n/, '').replace(/\n<\/passage>$/, '');
}
