import { z } from 'zod';
import type { NumberedPassage } from '../passage-numbers.ts';
import { type AgentTool, toInputSchema } from './agent-tool.ts';
import { corporaOfTurn, onlyNamed } from './within-corpora.ts';

const defaultLimit = 6;
/** All texts of one result together, in UTF-16 units: a stored result stays under the 64 KiB of an event's payload. */
const maxResultChars = 16_000;

const input = z.strictObject({
  query: z.string().trim().min(1).max(2_000).describe('What to look for, in the words a document would use.'),
  corpora: z.array(z.string().max(200)).max(50).optional().describe('Names of corpora to search; by default all.'),
  tags: z
    .array(z.string().trim().min(1).max(40))
    .min(1)
    .max(20)
    .optional()
    .describe('Only documents that have, or whose corpus has, at least one of these tags; list_corpora names them.'),
  limit: z
    .number()
    .int()
    .min(1)
    .max(10)
    .optional()
    .describe(`How many passages to return, ${defaultLimit} by default.`),
});

/** Finds passages in the turn's corpora as the user. The output is what is stored: `passages` with every field a citation
 *  needs, best first, and the names of the corpora that were `searched`. */
export const searchCorpora: AgentTool<typeof input> = {
  name: 'search_corpora',
  description: 'Searches the documents and returns the passages that fit best, each with a number to cite it by.',
  input,
  inputSchema: toInputSchema(input),
  isRepeatable: true,
  run: async (run, { query, corpora: named, tags, limit }, signal) => {
    const allowed = await corporaOfTurn(run);
    const asked = named && named.length > 0 ? onlyNamed(allowed, named) : allowed;
    const searched = asked.map((corpus) => corpus.name);
    if (asked.length === 0) {
      const names = allowed.map((corpus) => corpus.name).join(', ');
      return {
        passages: [],
        searched,
        note: names ? `No such corpus. There are: ${names}.` : 'There are no documents to search.',
      };
    }
    const found = await run.knowledge.search(
      run.actor,
      { query, corpora: asked.map((corpus) => corpus.id), limit: limit ?? defaultLimit, ...(tags && { tags }) },
      signal,
    );
    const within = new Set(asked.map((corpus) => corpus.id));
    const passages: NumberedPassage[] = [];
    let chars = 0;
    for (const passage of found.passages.filter((each) => within.has(each.corpus_id))) {
      chars += passage.text.length;
      if (chars > maxResultChars && passages.length > 0) break;
      passages.push(run.numbers.add(passage));
    }
    const nothing = tags ? 'Nothing was found with these tags. Search without them.' : 'Nothing was found.';
    const note = passages.length === 0 ? nothing : '';
    return { passages, searched, mode: found.mode, note };
  },
};
