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

/** Those of them that answers are drawn from. */
export const useSearchedCorpora = () =>
  useQuery({
    queryKey: [knowledgeKey, 'corpora'],
    queryFn: ({ signal }) => listCorpora(signal),
    select: ({ corpora }) => corpora.filter(({ archived_at }) => archived_at === null),
  });
