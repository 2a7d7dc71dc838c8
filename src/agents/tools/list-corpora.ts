import { z } from 'zod';
import { type AgentTool, toInputSchema } from './agent-tool.ts';
import { corporaOfTurn } from './within-corpora.ts';

/** The most corpora told of at once. */
const maxCorpora = 50;

const input = z.strictObject({});

/** Names the corpora this turn may search, as the user. */
export const listCorpora: AgentTool<typeof input> = {
  name: 'list_corpora',
  description: 'Lists the collections of documents that can be searched, with what each holds.',
  input,
  inputSchema: toInputSchema(input),
  isRepeatable: true,
  run: async (run) => {
    const corpora = await corporaOfTurn(run);
    return {
      corpora: corpora
        .slice(0, maxCorpora)
        .map(({ name, description, documents }) => ({ name, description, documents })),
      note: corpora.length > maxCorpora ? `${corpora.length - maxCorpora} more are not listed.` : '',
    };
  },
};
