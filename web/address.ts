import { parseSearchWith, stringifySearchWith } from '@tanstack/react-router';

/** Lists alone are JSON in an address, and texts that would be taken for it. Whatever else is written there is a text, as whoever wrote it by hand
 *  means it: `12e45678` is no number. */
function readJson(written: string): unknown {
  if (!/^["[]/.test(written)) throw new SyntaxError('a text');
  return JSON.parse(written);
}

export const parseAddress = parseSearchWith(readJson);
export const writeAddress = stringifySearchWith(JSON.stringify, readJson);

/** A text of an address as it was written: the router makes numbers and flags of what looks like them. Undefined where it is empty, or no text. Pure. */
export function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}
