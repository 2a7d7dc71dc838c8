import { type ApiError, asApiError } from '../api/errors.ts';
import { uploadDocument } from '../api/knowledge.ts';
import { newClientId } from '../api/new-client-id.ts';

export type Upload = {
  id: string;
  name: string;
  bytes: number;
  /** 0 to 1 of the bytes that left. */
  share: number;
  state: 'waiting' | 'sending' | 'done' | 'failed';
  error?: ApiError;
};

/** More at once would only make each slower. */
const atOnce = 2;

/** Sends files to a corpus, two at a time; each has its progress, and its reason when it fails. */
export class Uploads {
  private readonly corpusId: string;
  private readonly onDone: () => void;
  private uploads: readonly Upload[] = [];
  private queue: { id: string; file: File }[] = [];
  private sending = 0;
  private abort = new AbortController();
  private readonly listeners = new Set<() => void>();

  constructor(corpusId: string, onDone: () => void) {
    this.corpusId = corpusId;
    this.onDone = onDone;
  }

  getUploads = (): readonly Upload[] => this.uploads;
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  add(files: readonly File[]): void {
    const items = files.map((file) => ({ id: newClientId(), file }));
    this.queue.push(...items);
    const fresh = items.map(
      ({ id, file }): Upload => ({ id, name: file.name, bytes: file.size, share: 0, state: 'waiting' }),
    );
    this.set([...this.uploads.filter((upload) => upload.state !== 'done'), ...fresh]);
    this.sendNext();
  }

  dismiss(id: string): void {
    this.set(this.uploads.filter((upload) => upload.id !== id));
  }

  /** Calls off what is under way. */
  cancel(): void {
    this.queue = [];
    this.abort.abort();
    this.abort = new AbortController();
  }

  private sendNext(): void {
    while (this.sending < atOnce) {
      const item = this.queue.shift();
      if (!item) return;
      void this.send(item);
    }
  }

  private async send({ id, file }: { id: string; file: File }): Promise<void> {
    this.sending += 1;
    this.change(id, { state: 'sending' });
    try {
      await uploadDocument(this.corpusId, file, (share) => this.change(id, { share }), this.abort.signal);
      this.change(id, { state: 'done', share: 1 });
      this.onDone();
    } catch (error) {
      this.change(id, { state: 'failed', error: asApiError(error) });
    } finally {
      this.sending -= 1;
      this.sendNext();
    }
  }

  private change(id: string, facts: Partial<Upload>): void {
    this.set(this.uploads.map((upload) => (upload.id === id ? { ...upload, ...facts } : upload)));
  }

  private set(uploads: readonly Upload[]): void {
    this.uploads = uploads;
    for (const listener of this.listeners) listener();
  }
}
