import { useQuery } from '@tanstack/react-query';
import { listCorpora } from '../api/knowledge.ts';
import { knowledgeKey } from '../shell/use-fresh-data.ts';

/** The corpora this person may read. */
export const useCorpora = () =>
  useQuery({
    queryKey: [knowledgeKey, 'corpora'],
    queryFn: ({ signal }) => listCorpora(signal),
    select: (answer) => answer.corpora,
  });
