import type { AgentTool } from './agent-tool.ts';
import { listCorpora } from './list-corpora.ts';
import { openPassage } from './open-passage.ts';
import { searchCorpora } from './search-corpora.ts';

export type ToolName = 'search_corpora' | 'list_corpora' | 'open_passage';

/** Every tool an agent can be given. */
export const toolCatalogue: Record<ToolName, AgentTool> = {
  search_corpora: searchCorpora,
  list_corpora: listCorpora,
  open_passage: openPassage,
};
