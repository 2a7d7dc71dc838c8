import { Facts } from '../ui/facts.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { Section } from '../ui/section.tsx';
import { modelWords, modeWords, placeWords, progressWords } from './search-words.ts';
import { useSearchStatus } from './use-search-status.ts';

/** By what a search finds on this server, and how far an embedder has come that takes over. */
export function SearchFacts() {
  const { data } = useSearchStatus();
  if (!data) return null;
  const { embedding } = data;
  return (
    <div className="mt-8">
      <Section title="How search works here">
        <Facts
          of={{
            Search: modeWords(data),
            'Looks through': placeWords(data),
            Embedder: modelWords(data.embedder_name, data.embedder),
            ...(embedding && {
              Progress: (
                <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <ProgressBar
                    label="Embedded passages"
                    share={embedding.total === 0 ? 0 : embedding.done / embedding.total}
                  />
                  {progressWords(embedding)}
                  {data.mode === 'hybrid' && '; search goes on as before meanwhile'}
                </span>
              ),
            }),
            Reranker: modelWords(data.reranker_name, data.reranker),
          }}
        />
      </Section>
    </div>
  );
}
