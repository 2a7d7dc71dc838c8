/** Longer ones do not fit in the cookie. */
const maxLength = 1_500;
const nowhere = 'http://nowhere.invalid';

/** Where to go after a sign-in: a page of this very site, else the first one. A browser takes `//host`, `/\host` and a path with a tab or a
 *  line break in it for another site: what is not parsed as a path of ours is none, and what is given back is what was parsed. Pure. */
export function nextPath(text: string | undefined): string {
  if (text === undefined || !/^\/(?![/\\])/.test(text) || !URL.canParse(text, nowhere)) return '/';
  const { origin, pathname, search, hash } = new URL(text, nowhere);
  const path = `${pathname}${search}${hash}`;
  const isOurs = origin === nowhere && /^\/(?![/\\])/.test(path) && !/^\/api(?:\/|$)/i.test(pathname);
  return isOurs && path.length <= maxLength ? path : '/';
}
