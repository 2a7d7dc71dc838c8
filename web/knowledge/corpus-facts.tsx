import type { Corpus } from '../../src/contract/documents.ts';
import { rich, t } from '../i18n/translate.ts';
import { byteSize } from '../ui/byte-size.ts';
import { Moment } from '../ui/moment.tsx';
import { counted } from './page-words.ts';

/** How much a corpus holds, whose it is and when it changed last. */
export function CorpusFacts({ corpus }: { corpus: Corpus }) {
  return (
    <p className="mb-3 text-xs text-muted">
      {counted(corpus.documents, 'document')} · {counted(corpus.passages, 'passage')}
      {corpus.bytes > 0 && ` · ${byteSize(corpus.bytes)}`}
      {corpus.owner_username !== '' && ` · ${t('owned by {name}', { name: corpus.owner_username })}`} ·{' '}
      {rich('changed {when}', { when: <Moment at={corpus.updated_at} /> })}
    </p>
  );
}
