import { backoffMs } from '../api/backoff.ts';
import { type ApiError, asApiError } from '../api/errors.ts';
import { newClientId } from '../api/new-client-id.ts';
import type { NamedFile } from './dropped-files.ts';

export type Upload = {
  id: string;
  corpusId: string;
  /** With the folders it stands in. */
  path: string;
  bytes: number;
  /** 0 to 1 of the bytes that left. */
  share: number;
  /** `duplicate`: the corpus held the same bytes already. */
  state: 'waiting' | 'sending' | 'done' | 'duplicate' | 'failed';
  error?: ApiError;
};

export type UploadsOptions = {
  /** Sends one file. `onProgress` hears 0 to 1. */
  send(
    corpusId: string,
    file: NamedFile,
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<{ duplicate?: boolean | undefined }>;
  pause(ms: number, signal: AbortSignal): Promise<void>;
};

/** More at once would only make each slower. */
const atOnce = 2;
/** A server that is busy or restarts, or a network that is away for some minutes. Sending the same bytes again makes nothing new. */
const maxTries = 12;

/** Sends files to corpora, two at a time, whatever page is open; each has its progress, and its reason when it fails. */
export class Uploads {
  private readonly options: UploadsOptions;
  private uploads: readonly Upload[] = [];
  private readonly files = new Map<string, NamedFile>();
  private sending = 0;
  private abort = new AbortController();
  private readonly listeners = new Set<() => void>();

  constructor(options: UploadsOptions) {
    this.options = options;
  }

  getUploads = (): readonly Upload[] => this.uploads;
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** What was sent to the corpus before is no longer told of. */
  add(corpusId: string, files: readonly NamedFile[]): void {
    const fresh = files.map((named): Upload => {
      const id = newClientId();
      this.files.set(id, named);
      return { id, corpusId, path: named.path, bytes: named.file.size, share: 0, state: 'waiting' };
    });
    this.keep((upload) => upload.corpusId !== corpusId || isOpen(upload));
    this.set([...this.uploads, ...fresh]);
    this.sendNext();
  }

  /** Sends what failed once more. */
  retry(corpusId: string): void {
    this.set(
      this.uploads.map(({ error: _error, ...upload }) =>
        upload.corpusId === corpusId && upload.state === 'failed' ? { ...upload, state: 'waiting', share: 0 } : upload,
      ),
    );
    this.sendNext();
  }

  /** Takes a corpus's files off the list, and calls off those that have not left. */
  clear(corpusId: string): void {
    this.keep((upload) => upload.corpusId !== corpusId || upload.state === 'sending');
  }

  /** Calls everything off. */
  close(): void {
    this.abort.abort();
    this.abort = new AbortController();
    this.files.clear();
    this.set([]);
  }

  private sendNext(): void {
    while (this.sending < atOnce) {
      const next = this.uploads.find((upload) => upload.state === 'waiting');
      const file = next && this.files.get(next.id);
      if (!next || !file) return;
      void this.send(next, file);
    }
  }

  private async send({ id, corpusId }: Upload, file: NamedFile): Promise<void> {
    const { signal } = this.abort;
    this.sending += 1;
    this.change(id, { state: 'sending' });
    try {
      const { duplicate } = await this.untilTaken(corpusId, file, (share) => this.change(id, { share }), signal);
      this.files.delete(id);
      this.change(id, { state: duplicate ? 'duplicate' : 'done', share: 1 });
    } catch (error) {
      this.change(id, { state: 'failed', error: asApiError(error) });
    } finally {
      this.sending -= 1;
      this.sendNext();
    }
  }

  private async untilTaken(
    corpusId: string,
    file: NamedFile,
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<{ duplicate?: boolean | undefined }> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.options.send(corpusId, file, onProgress, signal);
      } catch (error) {
        const { passing, retryAfterMs: askedMs, code } = asApiError(error);
        if (signal.aborted || !passing || code === 'page_error' || tries + 1 === maxTries) throw error;
        onProgress(0);
        await this.options.pause(backoffMs(tries, { firstMs: 1000, mostMs: 30_000, askedMs }), signal);
      }
    }
  }

  private keep(isKept: (upload: Upload) => boolean): void {
    for (const upload of this.uploads) if (!isKept(upload)) this.files.delete(upload.id);
    this.set(this.uploads.filter(isKept));
  }

  private change(id: string, facts: Partial<Upload>): void {
    this.set(this.uploads.map((upload) => (upload.id === id ? { ...upload, ...facts } : upload)));
  }

  private set(uploads: readonly Upload[]): void {
    this.uploads = uploads;
    for (const listener of this.listeners) listener();
  }
}

function isOpen({ state }: Upload): boolean {
  return state === 'waiting' || state === 'sending';
}

function isSent({ state }: Upload): boolean {
  return state === 'done' || state === 'duplicate';
}

export type UploadSummary = {
  files: number;
  sent: number;
  duplicates: number;
  failed: number;
  /** 0 to 1 of all bytes. */
  share: number;
  isUnderWay: boolean;
};

/** How far a corpus's uploads are. Pure. */
export function summaryOf(uploads: readonly Upload[]): UploadSummary {
  const count = (isOne: (upload: Upload) => boolean) => uploads.filter(isOne).length;
  // A byte each, so that empty files count.
  const bytes = uploads.reduce((sum, upload) => sum + upload.bytes + 1, 0);
  const left = uploads.reduce((sum, { state, share, ...upload }) => {
    return sum + (state === 'failed' ? 1 : share) * (upload.bytes + 1);
  }, 0);
  return {
    files: uploads.length,
    sent: count(isSent),
    duplicates: count(({ state }) => state === 'duplicate'),
    failed: count(({ state }) => state === 'failed'),
    share: bytes === 0 ? 0 : left / bytes,
    isUnderWay: uploads.some(isOpen),
  };
}
