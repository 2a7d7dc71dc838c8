/** Speech made into text by the browser: https://webaudio.github.io/web-speech-api/. Some browsers ask a service of their maker, some can do it on the device, some cannot do it. */
export type Recognition = {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  processLocally?: boolean;
  addEventListener(type: 'result', listener: (event: { results: Results }) => void): void;
  addEventListener(type: 'error', listener: (event: { error: string }) => void): void;
  addEventListener(type: 'end', listener: () => void): void;
  start(): void;
  stop(): void;
  abort(): void;
};
/** What was heard since the start, piece by piece; each in its likeliest reading. */
export type Results = ArrayLike<ArrayLike<{ transcript: string }>>;

type RecognitionClass = {
  new (): Recognition;
  available?(options: { langs: string[]; processLocally: boolean }): Promise<string>;
};

export function recognitionClass(): RecognitionClass | undefined {
  const names = globalThis as { SpeechRecognition?: RecognitionClass; webkitSpeechRecognition?: RecognitionClass };
  return names.SpeechRecognition ?? names.webkitSpeechRecognition;
}

/** Whether the browser can do it without sending what it hears anywhere. */
export async function isOnDevice(Class: RecognitionClass, lang: string): Promise<boolean> {
  try {
    return (await Class.available?.({ langs: [lang], processLocally: true })) === 'available';
  } catch {
    return false;
  }
}
