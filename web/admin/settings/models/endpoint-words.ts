import type { ModelEndpoint } from '../../../../src/contract/model-endpoints.ts';
import { named, t } from '../../../i18n/translate.ts';

/** What is said of a key that nobody can read again. Pure but for the language. */
export function keyWords({ has_key, key_hint }: Pick<ModelEndpoint, 'has_key' | 'key_hint'>): string {
  if (!has_key) return t('None is sent');
  return key_hint === '' ? t('Stored') : t('Stored, ends with {end}', { end: key_hint });
}

/** Its name; the server's own words for the environment's. Pure but for the language. */
export const endpointName = ({ name, is_read_only }: Pick<ModelEndpoint, 'name' | 'is_read_only'>): string =>
  is_read_only ? named(name) : name;

/** Whether an address has another scheme, host or port, where a stored key is not sent. One that is not whole yet has. Pure. */
export function isElsewhere(before: string, now: string): boolean {
  return URL.parse(before)?.origin !== URL.parse(now.trim())?.origin;
}

/** One name a line, each once. Pure. */
export function namesIn(text: string): string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean);
}
