import type { ReactNode } from 'react';
import type { DocumentOrigin } from '../../src/contract/documents.ts';
import { rich } from '../i18n/translate.ts';
import { Moment } from '../ui/moment.tsx';
import { bareAddress } from './bare-address.ts';

/** Where on the web a document comes from, and when it was fetched. The page is not told where the reader comes from. */
export function DocumentSource({ origin }: { origin: DocumentOrigin }) {
  return (
    <span className="min-w-0">{wordsFor(origin, <WebLink address={origin.final_address ?? origin.address} />)}</span>
  );
}

function wordsFor({ fetched_at, unchanged_since }: DocumentOrigin, address: ReactNode): ReactNode {
  if (!fetched_at) return rich('From {address}', { address });
  const when = <Moment at={fetched_at} />;
  if (!unchanged_since) return rich('From {address}, fetched {when}', { address, when });
  const since = <Moment at={unchanged_since} />;
  return rich('From {address}, fetched {when}, unchanged since {since}', { address, when, since });
}

const WebLink = ({ address }: { address: string }) => (
  <a href={address} target="_blank" rel="noopener noreferrer nofollow" className="link wrap-anywhere ">
    {bareAddress(address)}
  </a>
);
