/** Text as the store keeps it: unpaired surrogates and U+0000 become U+FFFD, because neither survives every database. */
export function storableText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed;
}

/** JSON whose every string, keys too, is storable text. `JSON.stringify` writes only unpaired surrogates as escapes. */
export function encodeJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (json === undefined) return 'null';
  if (!/\\u(?:d[89a-f]|0000)/.test(json)) return json;
  return json.replace(/(\\\\)|\\u(?:0000|d[89a-f][0-9a-f]{2})/g, (match, escaped) => (escaped ? match : '\uFFFD'));
}

export function decodeJson<T>(json: string): T {
  return JSON.parse(json) as T;
}
