import { t } from '../i18n/translate.ts';
import type { Results } from './recognition.ts';

/** What was written before, followed by what was heard. */
export function heardText(before: string, results: Results): string {
  const pieces = Array.from(results, (alternatives) => alternatives[0]?.transcript.trim() ?? '');
  const heard = pieces.filter((piece) => piece !== '').join(' ');
  if (before === '' || heard === '' || /\s$/.test(before)) return before + heard;
  return `${before} ${heard}`;
}

/** Why nothing is heard, in words; absent where the person ended it. */
export function whyNotHeard(error: string): string | undefined {
  const words: Record<string, string> = {
    'not-allowed': t('Your browser does not let this page use the microphone.'),
    'audio-capture': t('There is no microphone.'),
    'no-speech': t('Nothing was heard.'),
    network: t('Your browser’s speech service cannot be reached.'),
    'language-not-supported': t('Your browser cannot take dictation in your language.'),
  };
  return error === 'aborted' ? undefined : (words[error] ?? t('Your browser cannot take dictation.'));
}
