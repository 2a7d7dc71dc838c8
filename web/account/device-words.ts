import { named, t } from '../i18n/translate.ts';

/** A device as the server names it, `Firefox on Linux`, in the reader's words. Pure. */
export function deviceWords(device: string): string {
  const [, browser, system] = /^(.+) on (.+)$/.exec(device) ?? [];
  if (browser !== undefined && system !== undefined) return t('{browser} on {system}', { browser, system });
  return named(device);
}
