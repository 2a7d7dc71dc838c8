import { t } from '../i18n/translate.ts';
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
      <Section title={t('How search works here')}>
        <Facts
          of={{
            [t('Search', {}, 'how it is done')]: modeWords(data),
            [t('Looks through')]: placeWords(data),
            [t('Embedder')]: modelWords(data.embedder_name, data.embedder),
            ...(embedding && {
              [t('Progress')]: (
                <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <ProgressBar
                    label={t('Embedded passages')}
                    share={embedding.total === 0 ? 0 : embedding.done / embedding.total}
                  />
                  {data.mode === 'hybrid'
                    ? t('{done, number} of {total, number} passages; search goes on as before meanwhile', embedding)
                    : progressWords(embedding)}
                </span>
              ),
            }),
            [t('Reranker')]: modelWords(data.reranker_name, data.reranker),
          }}
        />
      </Section>
    </div>
  );
}
