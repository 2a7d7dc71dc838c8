import { documentKinds, promisedKind } from '../ingest/document-kinds.ts';
import { shownName } from '../name-document.ts';

const maxTitleLength = 200;

/** What a page is called until its own title is read: its address without the scheme. A host is in ASCII, so that none passes for another.
 *  Pure. */
export function titleOfAddress({ host, pathname, search }: URL): string {
  const whole = `${host}${pathname === '/' ? '' : pathname}${search}`;
  return whole.length > maxTitleLength ? `${whole.slice(0, maxTitleLength - 1)}…` : whole;
}

/** File names for a page, the likelier first: the last part of its address with the ending of what its site declares it to be, or with its
 *  own; then without any that promises something, which leaves it to the content alone. Pure. */
export function namesOfPage(url: URL, mediaType = ''): [string, string] {
  const last = shownName(decoded(url.pathname.split('/').findLast((part) => part !== '') ?? url.hostname));
  const ending = /\.([a-z0-9]{1,8})$/i.exec(last)?.[1]?.toLowerCase();
  const promised = promisedKind(ending);
  const stem = (promised && last.replace(/\.[a-z0-9]+$/i, '')) || last;
  const declared = declaredEnding(mediaType);
  const isTold = declared === undefined || promisedKind(declared) === promised;
  return [isTold ? last : `${stem}.${declared}`, stem];
}

/** None for plain text, which servers call whatever they do not know. */
function declaredEnding(mediaType: string): string | undefined {
  if (mediaType === documentKinds.text.mediaType) return undefined;
  return Object.values(documentKinds).find((kind) => kind.mediaType === mediaType)?.names[0];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
