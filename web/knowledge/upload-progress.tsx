import { Check, X } from 'lucide-react';
import { said, t } from '../i18n/translate.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { byteSize } from '../ui/byte-size.ts';
import { ProgressBar } from '../ui/progress-bar.tsx';
import type { Upload, UploadSummary } from './uploads.ts';
import { inRow } from '../i18n/in-row.ts';

/** With more files, only those that need eyes have a line of their own. */
const mostLines = 8;
const mostFailures = 100;

type UploadProgressProps = {
  uploads: readonly Upload[];
  summary: UploadSummary;
  onRetry(): void;
  onClear(): void;
};

/** How far the upload of files is: all of them in one line, and each that is being sent or was refused. */
export function UploadProgress({ uploads, summary, onRetry, onClear }: UploadProgressProps) {
  const isEach = uploads.length <= mostLines;
  const lines = isEach ? uploads : uploads.filter(({ state }) => state === 'sending' || state === 'failed');
  return (
    <div className="mt-2 space-y-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1 text-sm">
        <ProgressBar share={summary.share} label={t('Uploads')} />
        <span role="status" className="flex-1">
          {wordsOf(summary)}
        </span>
        {summary.failed > 0 && !summary.isUnderWay && <Button onClick={onRetry}>{t('Try again')}</Button>}
        <IconButton
          label={summary.isUnderWay ? t('Upload no more') : t('Dismiss')}
          className="size-7! [&_svg]:size-4!"
          onClick={onClear}
        >
          <X aria-hidden />
        </IconButton>
      </div>
      {lines.length > 0 && (
        <ul aria-label={t('Uploads')} className="space-y-1">
          {lines.slice(0, mostFailures).map((upload) => (
            <UploadLine key={upload.id} upload={upload} />
          ))}
        </ul>
      )}
    </div>
  );
}

function wordsOf({ files, sent, duplicates, failed }: UploadSummary): string {
  const asides = [
    duplicates > 0 && t('{count, plural, one {# was here already} other {# were here already}}', { count: duplicates }),
    failed > 0 && t('{count, number} not uploaded', { count: failed }),
  ].filter((each) => each !== false);
  return asides.length === 0
    ? t('Uploaded {sent, number} of {files, plural, one {# file} other {# files}}', { sent, files })
    : t('Uploaded {sent, number} of {files, plural, one {# file} other {# files}} ({asides})', {
        sent,
        files,
        asides: inRow(asides),
      });
}

function UploadLine({ upload }: { upload: Upload }) {
  return (
    <li className="rounded-lg bg-surface px-3 py-2 text-sm">
      <div className="flex items-center gap-3">
        <span className="min-w-0 flex-1 truncate">{upload.path}</span>
        <span className="text-xs text-muted">{byteSize(upload.bytes)}</span>
        {upload.state === 'waiting' && <span className="text-xs text-muted">{t('Waiting')}</span>}
        {upload.state === 'sending' && (
          <ProgressBar share={upload.share} label={t('Uploading {path}', { path: upload.path })} />
        )}
        {upload.state === 'done' && (
          <span className="inline-flex items-center gap-1 text-xs text-accent">
            <Check aria-hidden className="size-3.5" /> {t('Uploaded')}
          </span>
        )}
        {upload.state === 'duplicate' && <span className="text-xs text-muted">{t('Here already')}</span>}
      </div>
      {upload.error && (
        <p role="alert" className="mt-0.5 text-xs text-danger">
          {t('Not uploaded: {reason}', { reason: said(upload.error.message) })}
        </p>
      )}
    </li>
  );
}
