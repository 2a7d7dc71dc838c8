import { Mic, MicOff } from 'lucide-react';
import { t } from '../i18n/translate.ts';
import { IconButton } from '../ui/button.tsx';
import { recognitionClass } from './recognition.ts';
import { useDictation } from './use-dictation.ts';

/** The button that takes dictation, where the browser can; and what it is doing, which says where the voice goes. */
export function Dictation({ text, onText }: { text: string; onText(text: string): void }) {
  const { state, toggle } = useDictation(text, onText);
  if (!recognitionClass()) return null;
  const isListening = state.phase === 'listening';
  return (
    <>
      <span role="status" className="min-w-0 truncate text-xs text-muted">
        {isListening ? listeningWords(state.onDevice) : state.problem}
      </span>
      <IconButton
        label={isListening ? t('Stop dictating') : t('Dictate')}
        aria-pressed={isListening}
        className={isListening ? 'text-accent!' : ''}
        onClick={toggle}
      >
        {isListening ? <MicOff aria-hidden /> : <Mic aria-hidden />}
      </IconButton>
    </>
  );
}

const listeningWords = (onDevice: boolean) =>
  onDevice ? t('Listening, on this device…') : t('Listening, through your browser’s speech service…');
