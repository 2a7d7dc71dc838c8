import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { EmbedderSettings } from '../../../../src/contract/embedder-settings.ts';
import { fetchEmbedder, testEmbedder } from '../../../api/embedder.ts';
import { said, t } from '../../../i18n/translate.ts';
import { modelWords, modeWords, placeWords, progressWords } from '../../../knowledge/search-words.ts';
import { Button } from '../../../ui/button.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { ProgressBar } from '../../../ui/progress-bar.tsx';
import { Section } from '../../../ui/section.tsx';
import { Failure, Skeleton } from '../../../ui/states.tsx';
import { type Tried, triedOf } from '../tried.ts';
import { TriedSign } from '../tried-sign.tsx';

/** While passages are embedded anew, how far that is changes. */
const askAgainMs = 3_000;

/** What turns text into vectors for the search, and whether it does. */
export function EmbedderSection() {
  const query = useQuery({
    queryKey: ['embedder-settings'],
    queryFn: ({ signal }) => fetchEmbedder(signal),
    refetchInterval: askAgainMs,
  });
  return (
    <Section
      title={t('Embedder')}
      hint={t('It turns passages and questions into vectors, so that search finds by meaning.')}
    >
      {query.isPending && <Skeleton lines={6} />}
      {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} className="mb-3" />}
      {query.data && (
        <>
          <EmbedderFacts embedder={query.data} />
          <EmbedderTest />
          <p className="mt-4 max-w-prose text-sm text-muted">
            {t(
              'It is changed with {kind, select, folder {PERDURE_EMBEDDINGS_DIR} other {PERDURE_EMBEDDINGS_URL and PERDURE_EMBEDDINGS_MODEL}} in the environment and with a restart, not here: every server must use the same embedder, and another one makes the vectors of all passages anew. Search goes on with the one before until that is done.',
              { kind: query.data.kind },
            )}
          </p>
        </>
      )}
    </Section>
  );
}

const kinds = {
  built_in: t('Built in, on this machine'),
  endpoint: t('An endpoint; passages and questions are sent there'),
  folder: t('A folder with a model, on this machine'),
} as const;

function EmbedderFacts({ embedder }: { embedder: EmbedderSettings }) {
  const { embedding, base_url: address, dimensions, embedder_detail: detail } = embedder;
  return (
    <Facts
      of={{
        [t('Embedder')]: modelWords(embedder.embedder_name, embedder.embedder),
        ...(detail !== '' && { [t('Why it is unavailable')]: said(detail) }),
        [t('Where')]: kinds[embedder.kind],
        ...(address !== null && {
          [t('Address')]: address,
          [t('Key')]: embedder.has_key ? t('Set by the environment') : t('None is sent'),
        }),
        ...(dimensions !== null && { [t('Vectors')]: t('{count, number} numbers each', { count: dimensions }) }),
        [t('Search', {}, 'how it is done')]: modeWords(embedder),
        [t('Looks through')]: placeWords(embedder),
        ...(embedding && {
          [t('Progress')]: (
            <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <ProgressBar
                label={t('Embedded passages')}
                share={embedding.total === 0 ? 0 : embedding.done / embedding.total}
              />
              {progressWords(embedding)}
            </span>
          ),
        }),
        [t('Reranker')]: modelWords(embedder.reranker_name, embedder.reranker),
      }}
    />
  );
}

function EmbedderTest() {
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState<Tried>();
  const test = async () => {
    setBusy(true);
    setTried(undefined);
    const asking = testEmbedder().then(({ is_working, ...rest }) => ({
      ...rest,
      problem: is_working ? null : 'failed',
    }));
    setTried(await triedOf(asking));
    setBusy(false);
  };
  return (
    <div className="mt-3 flex flex-wrap items-center gap-3">
      <Button busy={busy} onClick={() => void test()}>
        {busy ? t('Testing…') : t('Test the embedder')}
      </Button>
      <TriedSign tried={tried} />
    </div>
  );
}
