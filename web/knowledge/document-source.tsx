import type { DocumentOrigin } from '../../src/contract/documents.ts';
import { Moment } from '../ui/moment.tsx';
import { bareAddress } from './bare-address.ts';

/** Where on the web a document comes from, and when it was fetched. The page is not told where the reader comes from. */
export function DocumentSource({ origin }: { origin: DocumentOrigin }) {
  const address = origin.final_address ?? origin.address;
  return (
    <span className="min-w-0">
      From{' '}
      <a href={address} target="_blank" rel="noopener noreferrer nofollow" className="link wrap-anywhere ">
        {bareAddress(address)}
      </a>
      {origin.fetched_at && (
        <>
          , fetched <Moment at={origin.fetched_at} />
          {origin.unchanged_since && (
            <>
              , unchanged since <Moment at={origin.unchanged_since} />
            </>
          )}
        </>
      )}
    </span>
  );
}
