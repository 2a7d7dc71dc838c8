/** What a browser keeps for reading without a connection: the person's own sessions, and what they lead to. Never an administrator's pages. */
const kept =
  /^\/api\/(auth\/me|agents|corpora|session-tags|sessions|sessions\/[^/]+\/(snapshot|events|feedback|reads)|documents\/[^/]+(\/text)?)$/;

export const isKept = (pathname: string): boolean => kept.test(pathname);

/** The session a path is a part of, if any. */
export const sessionOf = (pathname: string): string | undefined => /^\/api\/sessions\/([^/]+)\//.exec(pathname)?.[1];

/** The header that says when a kept answer came from the server, as an ISO time. */
export const keptAtHeader = 'x-kept-at';

/** The browser's store of answers. */
export const dataCache = 'perdure-data';
