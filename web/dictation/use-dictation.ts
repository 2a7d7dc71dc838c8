import { useEffect, useRef, useState } from 'react';
import { heardText, whyNotHeard } from './heard-text.ts';
import { isOnDevice, type Recognition, recognitionClass } from './recognition.ts';

type DictationState =
  | { phase: 'idle'; problem?: string | undefined }
  /** `onDevice`: nothing that is heard leaves this device. */
  | { phase: 'listening'; onDevice: boolean };

/** Writes what is said after what is written, until it is stopped, or somebody writes by hand.
 *  @param text  what is written now */
export function useDictation(text: string, onText: (text: string) => void) {
  const [state, setState] = useState<DictationState>({ phase: 'idle' });
  const running = useRef<{ recognition: Recognition; written: string }>(undefined);

  useEffect(() => {
    if (running.current && running.current.written !== text) running.current.recognition.abort();
  }, [text]);
  useEffect(() => () => running.current?.recognition.abort(), []);

  const start = async () => {
    const Class = recognitionClass();
    if (!Class) return;
    const lang = navigator.language;
    const onDevice = await isOnDevice(Class, lang);
    const recognition = new Class();
    const run = { recognition, written: text };
    Object.assign(recognition, { lang, continuous: true, interimResults: true }, onDevice && { processLocally: true });
    recognition.addEventListener('result', ({ results }) => {
      if (running.current !== run) return;
      run.written = heardText(text, results);
      onText(run.written);
    });
    recognition.addEventListener('error', ({ error }) => setState({ phase: 'idle', problem: whyNotHeard(error) }));
    recognition.addEventListener('end', () => {
      running.current = undefined;
      setState((last) => (last.phase === 'listening' ? { phase: 'idle' } : last));
    });
    running.current = run;
    setState({ phase: 'listening', onDevice });
    recognition.start();
  };
  return {
    state,
    toggle: () => (running.current ? running.current.recognition.stop() : void start()),
  };
}
