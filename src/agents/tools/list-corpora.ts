import { z } from 'zod';
import { type AgentTool, toInputSchema } from './agent-tool.ts';
import { corporaOfTurn } from './within-corpora.ts';

/** The most corpora told of at once. */
const maxCorpora = 50;
/** The most tags told of each. */
const maxTags = 20;

const input = z.strictObject({});

/** Names the corpora this turn may search, as the user. */
export const listCorpora: AgentTool<typeof input> = {
  name: 'list_corpora',
  description:
    'Lists the collections of documents that can be searched, with what each holds and the tags that it or its documents have.',
  input,
  inputSchema: toInputSchema(input),
  isRepeatable: true,
  run: async (run) => {
    const corpora = await corporaOfTurn(run);
    const told = corpora.slice(0, maxCorpora);
    const tags = await run.knowledge.tagsByCorpus(
      run.actor,
      told.map(({ id }) => id),
    );
    return {
      corpora: told.map(({ id, name, description, documents, tags: own }) => ({
        name,
        description,
        documents,
        tags: [...new Set([...own, ...(tags.get(id) ?? []).map(({ tag }) => tag)])].slice(0, maxTags),
      })),
      note: corpora.length > maxCorpora ? `${corpora.length - maxCorpora} more are not listed.` : '',
    };
  },
};
