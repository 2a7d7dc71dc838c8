import { Mic, MicOff } from 'lucide-react';
import { IconButton } from '../ui/button.tsx';
import { recognitionClass } from './recognition.ts';
import { useDictation } from './use-dictation.ts';

/** The button that takes dictation, where the browser can; and what it is doing, which says where the voice goes. */
export function Dictation({ text, onText }: { text: string; onText(text: string): void }) {
  const { state, toggle } = useDictation(text, onText);
  if (!recognitionClass()) return null;
  const isListening = state.phase === 'listening';
  const where = isListening && (state.onDevice ? 'on this device' : 'through your browser’s speech service');
  return (
    <>
      <span role="status" className="min-w-0 truncate text-xs text-muted">
        {isListening ? `Listening, ${where}…` : state.problem}
      </span>
      <IconButton
        label={isListening ? 'Stop dictating' : 'Dictate'}
        aria-pressed={isListening}
        className={isListening ? 'text-accent!' : ''}
        onClick={toggle}
      >
        {isListening ? <MicOff aria-hidden /> : <Mic aria-hidden />}
      </IconButton>
    </>
  );
}
