import { useCallback, useEffect, useRef, useState } from 'react';
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
export function useUploads(corpusId: string, onDone: () => void) {
  const [uploads, setUploads] = useState<Upload[]>([]);
  const queue = useRef<{ id: string; file: File }[]>([]);
  const sending = useRef(0);
  const abort = useRef<AbortController>(null);
  useEffect(() => {
    abort.current = new AbortController();
    return () => abort.current?.abort();
  }, []);

  const change = useCallback((id: string, facts: Partial<Upload>) => {
    setUploads((all) => all.map((upload) => (upload.id === id ? { ...upload, ...facts } : upload)));
  }, []);

  const next = useCallback(() => {
    const signal = abort.current?.signal;
    while (signal && !signal.aborted && sending.current < atOnce) {
      const item = queue.current.shift();
      if (!item) return;
      sending.current += 1;
      change(item.id, { state: 'sending' });
      uploadDocument(corpusId, item.file, (share) => change(item.id, { share }), signal)
        .then(() => {
          change(item.id, { state: 'done', share: 1 });
          onDone();
        })
        .catch((error: unknown) => change(item.id, { state: 'failed', error: asApiError(error) }))
        .finally(() => {
          sending.current -= 1;
          next();
        });
    }
  }, [corpusId, change, onDone]);

  const add = (files: readonly File[]) => {
    const items = files.map((file) => ({ id: newClientId(), file }));
    queue.current.push(...items);
    const fresh = items.map(({ id, file }) => ({
      id,
      name: file.name,
      bytes: file.size,
      share: 0,
      state: 'waiting' as const,
    }));
    setUploads((all) => [...all.filter((upload) => upload.state !== 'done'), ...fresh]);
    next();
  };
  const dismiss = (id: string) => setUploads((all) => all.filter((upload) => upload.id !== id));
  return { uploads, add, dismiss };
}
