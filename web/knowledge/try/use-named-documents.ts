import { useQueries } from '@tanstack/react-query';
import { asApiError } from '../../api/errors.ts';
import { fetchDocument } from '../../api/knowledge.ts';
import { t } from '../../i18n/translate.ts';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';

/** What documents are called whose ids stand in the address; undefined while that is asked and where it cannot be said. */
export function useNamedDocuments(ids: readonly string[]): { id: string; title: string | undefined }[] {
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: [knowledgeKey, 'document', id],
      queryFn: ({ signal }: { signal: AbortSignal }) => fetchDocument(id, signal),
    })),
    combine: (results) =>
      results.map(({ data, error }, index) => {
        const gone = error ? asApiError(error).documentTitle : undefined;
        return {
          id: ids[index] ?? '',
          title: data?.title ?? (gone ? t('{title} (deleted)', { title: gone }) : undefined),
        };
      }),
  });
}
