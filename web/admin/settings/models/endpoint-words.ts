import type { ModelEndpoint } from '../../../../src/contract/model-endpoints.ts';

/** What is said of a key that nobody can read again. Pure. */
export function keyWords({ has_key, key_hint }: Pick<ModelEndpoint, 'has_key' | 'key_hint'>): string {
  if (!has_key) return 'None is sent';
  return key_hint === '' ? 'Stored' : `Stored, ends with ${key_hint}`;
}

/** Whether an address has another scheme, host or port, where a stored key is not sent. One that is not whole yet has. Pure. */
export function isElsewhere(before: string, now: string): boolean {
  return URL.parse(before)?.origin !== URL.parse(now.trim())?.origin;
}

/** One name a line, each once. Pure. */
export function namesIn(text: string): string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean);
}
