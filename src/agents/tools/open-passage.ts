import { z } from 'zod';
import { type AgentTool, toInputSchema } from './agent-tool.ts';
import { corporaOfTurn } from './within-corpora.ts';

const input = z.strictObject({
  n: z.number().int().min(1).describe('The number of a passage that a search returned.'),
});

/** Reads one passage in full, as the user: a search shows long ones only in part. */
export const openPassage: AgentTool<typeof input> = {
  name: 'open_passage',
  description: 'Returns the full text of a passage that a search returned in part.',
  input,
  inputSchema: toInputSchema(input),
  isRepeatable: true,
  run: async (run, { n }) => {
    const known = run.numbers.get(n);
    const passage = known && (await run.knowledge.openPassage(run.actor, known.passage_id));
    const corpora = passage ? await corporaOfTurn(run) : [];
    if (!passage || !corpora.some((corpus) => corpus.id === passage.corpus_id)) {
      return { error: `There is no passage ${n}. Search first.` };
    }
    return { passages: [run.numbers.add(passage)], note: '' };
  },
};
