import { useQuery } from '@tanstack/react-query';
import { listTags } from '../../api/document-tags.ts';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';

/** The tags of a corpus’s documents, with how many documents have each. */
export const useTags = (corpusId: string) =>
  useQuery({
    queryKey: [knowledgeKey, 'tags', corpusId],
    queryFn: ({ signal }) => listTags(corpusId, signal),
    select: (answer) => answer.tags,
  });
