import { useQueryClient } from '@tanstack/react-query';
import { Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import type { ImportAnswer } from '../../src/contract/personal-data.ts';
import { ApiError } from '../api/errors.ts';
import { importExport } from '../api/personal-data.ts';
import { said, t } from '../i18n/translate.ts';
import { sessionsKey } from '../shell/use-fresh-data.ts';
import { Button } from '../ui/button.tsx';
import { FormDialog } from '../ui/dialog.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { importWords } from './import-words.ts';

/** Brings the sessions of an export back: the choice of the file, how far it is, and nothing else. */
export function ImportDialog({ onClose, onDone }: { onClose(): void; onDone(answer: ImportAnswer): void }) {
  const queryClient = useQueryClient();
  const abort = useRef(new AbortController());
  /** Of the bytes that left; 1 while the server reads them. */
  const [share, setShare] = useState<number>();
  const send = async (data: FormData) => {
    const file = data.get('archive');
    if (!(file instanceof File) || file.size === 0) throw noFile();
    setShare(0);
    try {
      onDone(await importExport(file, { onProgress: setShare, signal: abort.current.signal }));
    } finally {
      setShare(undefined);
      // Sessions that were stored before something went wrong are there too.
      void queryClient.invalidateQueries({ queryKey: [sessionsKey] });
    }
  };
  const close = (open: boolean) => {
    if (open) return;
    abort.current.abort();
    onClose();
  };
  return (
    <FormDialog
      open
      onOpenChange={close}
      title={t('Bring back an export')}
      description={t(
        'Sessions of the archive become yours, with their questions, answers, sources and times. Those you have already stay as they are. Documents are not put back into corpora.',
      )}
      action={t('Bring back')}
      onSubmit={send}
    >
      <Field
        label={t('Archive', {}, 'a file')}
        hint={t('The ZIP file that “Download my data” gave you, here or on another server.')}
      >
        {(id) => <TextInput id={id} name="archive" type="file" accept=".zip,application/zip" required />}
      </Field>
      {share !== undefined && (
        <p role="status" className="flex items-center gap-3 text-sm text-muted">
          {share < 1 ? t('Sending the archive') : t('Bringing the sessions back')}
          <ProgressBar share={share} label={t('Sent of the archive')} />
        </p>
      )}
    </FormDialog>
  );
}

/** The result stands at the end of a long page, below what the dialog covered. */
const intoView = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'nearest' });

/** What came of it, with the reason for each session that stays out. */
export function ImportResult({ answer }: { answer: ImportAnswer }) {
  const more = answer.refused_in_all - answer.refused.length;
  return (
    <div ref={intoView} role="status" className="mt-3 rounded-xl bg-surface px-4 py-3 text-sm">
      {importWords(answer).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {answer.refused.length > 0 && (
        <ul className="mt-2 space-y-1 text-muted">
          {answer.refused.map(({ file, reason }) => (
            <li key={file} className="wrap-anywhere">
              <span className="font-mono text-xs">{file}</span>: {said(reason)}
            </li>
          ))}
          {more > 0 && <li>{t('And {count, number} more.', { count: more })}</li>}
        </ul>
      )}
    </div>
  );
}

export function ImportButton({ onClick }: { onClick(): void }) {
  return (
    <Button onClick={onClick}>
      <Upload aria-hidden className="size-4" /> {t('Bring back an export…')}
    </Button>
  );
}

function noFile(): ApiError {
  return new ApiError({
    status: 0,
    code: 'no_file',
    title: t('Choose an archive'),
    detail: t('The file is empty or missing.'),
  });
}
