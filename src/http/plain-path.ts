/** Whether a request's target is written in the one way that every program on its way reads alike. What is not names nothing: a rule that
 *  a proxy has for `/metrics` must not be walked round by `/x/%2e%2e/metrics`, `//metrics` or `/%6detrics`. Pure.
 *  @param target  as it stands in the request's first line */
export function isPlainPath(target: string): boolean {
  const path = target.split('?', 1)[0] ?? '';
  if (!path.startsWith('/') || refused.test(path)) return false;
  if (!path.includes('%')) return true;
  try {
    return !disguised.test(path) && decodeURI(path) !== '';
  } catch {
    return false;
  }
}

/** An empty segment before the last, a segment of one or two dots, a backslash, a fragment, a control character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const refused = /\/\/|\/\.{1,2}(?:\/|$)|[\\#\0-\x20\x7f]/;

/** Percent signs for a slash, a backslash, a control character, or a character that never needs one (RFC 3986, 2.3). */
const disguised = /%(?:2f|5c|[01][\da-f]|7f|2[de]|3\d|4[1-9a-f]|5[\daf]|6[1-9a-f]|7[\dae])/i;
