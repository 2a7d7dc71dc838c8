import { useQueryClient } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { Upload as UploadIcon } from 'lucide-react';
import { type DragEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { t } from '../i18n/translate.ts';
import { useServices } from '../services.tsx';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { Button } from '../ui/button.tsx';
import { documentEndings } from './document-endings.ts';
import { chosenFiles, droppedFiles } from './dropped-files.ts';
import { UploadProgress } from './upload-progress.tsx';
import { summaryOf } from './uploads.ts';
import { useWarningWhile } from './use-warning-while.ts';

const kinds = `${documentEndings},.zip`;

/** Takes documents and folders of them by drag and drop or from the file picker. */
export function UploadArea({ corpusId }: { corpusId: string }) {
  const { uploads: sender } = useServices();
  const uploads = useSyncExternalStore(sender.subscribe, sender.getUploads).filter(
    (each) => each.corpusId === corpusId,
  );
  const summary = summaryOf(uploads);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  useFreshAfter(summary.sent > 0 && !summary.isUnderWay);
  useWarningWhile(summary.isUnderWay);

  const onDrop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    sender.add(corpusId, await droppedFiles(event.dataTransfer));
  };
  const picker = (name: string, ref: typeof files, more: object) => (
    <input
      ref={ref}
      type="file"
      multiple
      aria-label={name}
      className="sr-only"
      tabIndex={-1}
      onChange={(event) => {
        sender.add(corpusId, chosenFiles(event.target.files ?? []));
        event.target.value = '';
      }}
      {...more}
    />
  );
  return (
    <section aria-label={t('Add documents')} className="mb-5">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut for the buttons inside */}
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => void onDrop(event)}
        className={clsx(
          'flex flex-wrap items-center justify-center gap-x-3 gap-y-2 rounded-xl border border-dashed px-4 py-5 text-sm text-muted',
          over ? 'border-accent bg-accent-soft' : 'border-line-strong',
        )}
      >
        <UploadIcon aria-hidden className="size-5" />
        <span>
          {t(
            'Drop PDF, Word, PowerPoint, Excel, CSV, HTML, Markdown, text, e-book or e-mail files here, a folder or a ZIP ' +
              'of them',
          )}
        </span>
        <span className="flex gap-2">
          <Button onClick={() => files.current?.click()}>{t('Choose files')}</Button>
          <Button onClick={() => folder.current?.click()}>{t('Choose a folder')}</Button>
        </span>
        {picker(t('Documents to add'), files, { accept: kinds })}
        {picker(t('Folder to add'), folder, { webkitdirectory: '' })}
      </div>
      {uploads.length > 0 && (
        <UploadProgress
          uploads={uploads}
          summary={summary}
          onRetry={() => sender.retry(corpusId)}
          onClear={() => sender.clear(corpusId)}
        />
      )}
    </section>
  );
}

/** Once all is sent, what was taken is shown without waiting for the feed, which tells of it meanwhile. */
function useFreshAfter(isSent: boolean): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (isSent) void queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
  }, [isSent, queryClient]);
}
