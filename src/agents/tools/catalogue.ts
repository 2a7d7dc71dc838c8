import type { AgentToolName } from '../../contract/agents.ts';
import type { AgentTool } from './agent-tool.ts';
import { listCorpora } from './list-corpora.ts';
import { openPassage } from './open-passage.ts';
import { searchCorpora } from './search-corpora.ts';

/** Every tool an agent can be given. */
export const toolCatalogue: Record<AgentToolName, AgentTool> = {
  search_corpora: searchCorpora,
  list_corpora: listCorpora,
  open_passage: openPassage,
};
