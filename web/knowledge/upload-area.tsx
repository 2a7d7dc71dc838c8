import { useQueryClient } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { Check, Upload as UploadIcon, X } from 'lucide-react';
import { type DragEvent, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { byteSize } from '../ui/byte-size.ts';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { type Upload, Uploads } from './uploads.ts';

const kinds = '.md,.markdown,.txt,.html,.htm,.pdf,.docx,.pptx,.xlsx,.csv,.tsv,.epub,.eml,.zip';

/** Takes documents by drag and drop or from the file picker. */
export function UploadArea({ corpusId }: { corpusId: string }) {
  const queryClient = useQueryClient();
  const sender = useMemo(
    () => new Uploads(corpusId, () => void queryClient.invalidateQueries({ queryKey: [knowledgeKey] })),
    [corpusId, queryClient],
  );
  useEffect(() => () => sender.cancel(), [sender]);
  const uploads = useSyncExternalStore(sender.subscribe, sender.getUploads);
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);

  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    sender.add([...event.dataTransfer.files]);
  };
  return (
    <section aria-label="Add documents" className="mb-5">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut for the button inside */}
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
        className={clsx(
          'flex flex-wrap items-center justify-center gap-x-3 gap-y-2 rounded-xl border border-dashed px-4 py-5 text-sm text-muted',
          over ? 'border-accent bg-accent-soft' : 'border-line-strong',
        )}
      >
        <UploadIcon aria-hidden className="size-5" />
        <span>
          Drop PDF, Word, PowerPoint, Excel, CSV, HTML, Markdown, text, e-book or e-mail files here, or a ZIP of them
        </span>
        <Button onClick={() => input.current?.click()}>Choose files</Button>
        <input
          ref={input}
          type="file"
          multiple
          accept={kinds}
          aria-label="Documents to add"
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            sender.add([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
      </div>
      {uploads.length > 0 && (
        <ul aria-label="Uploads" className="mt-2 space-y-1">
          {uploads.map((upload) => (
            <UploadLine key={upload.id} upload={upload} onDismiss={() => sender.dismiss(upload.id)} />
          ))}
        </ul>
      )}
    </section>
  );
}

function UploadLine({ upload, onDismiss }: { upload: Upload; onDismiss(): void }) {
  return (
    <li className="rounded-lg bg-surface px-3 py-2 text-sm">
      <div className="flex items-center gap-3">
        <span className="min-w-0 flex-1 truncate">{upload.name}</span>
        <span className="text-xs text-muted">{byteSize(upload.bytes)}</span>
        {upload.state === 'waiting' && <span className="text-xs text-muted">Waiting</span>}
        {upload.state === 'sending' && <ProgressBar share={upload.share} label={`Uploading ${upload.name}`} />}
        {upload.state === 'done' && (
          <span className="inline-flex items-center gap-1 text-xs text-accent">
            <Check aria-hidden className="size-3.5" /> Uploaded
          </span>
        )}
        {upload.state === 'failed' && (
          <IconButton label="Dismiss" className="size-7!" onClick={onDismiss}>
            <X aria-hidden />
          </IconButton>
        )}
      </div>
      {upload.error && (
        <p role="alert" className="mt-0.5 text-xs text-danger">
          Not uploaded: {upload.error.message}
        </p>
      )}
    </li>
  );
}
