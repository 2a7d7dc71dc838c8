import { Link } from '@tanstack/react-router';
import { Braces, FileText, Printer } from 'lucide-react';
import type { ReactNode } from 'react';
import type { SessionRow } from '../../src/contract/sessions.ts';
import { sessionExportPath } from '../api/sessions.ts';
import { t } from '../i18n/translate.ts';
import { ReadingDialog } from '../ui/dialog.tsx';
import { sessionTitle } from './session-title.ts';

type Props = { row: Pick<SessionRow, 'session_id' | 'title'>; open: boolean; onOpenChange(open: boolean): void };

const look =
  'flex items-start gap-3 rounded-xl border border-line px-4 py-3 text-start hover:bg-hover [&_svg]:mt-0.5 [&_svg]:size-4.5 [&_svg]:shrink-0 [&_svg]:text-muted';

/** The ways a session can be taken along. */
export function ExportSession({ row, open, onOpenChange }: Props) {
  const close = () => onOpenChange(false);
  return (
    <ReadingDialog open={open} onOpenChange={onOpenChange} title={t('Export “{title}”', { title: sessionTitle(row) })}>
      <div className="grid gap-2">
        <Link
          to="/sessions/$sessionId/print"
          params={{ sessionId: row.session_id }}
          target="_blank"
          onClick={close}
          className={look}
        >
          <Printer aria-hidden />
          <Words name={t('PDF or paper')}>
            {t('Opens a page made for printing. In your browser’s print window, choose “Save as PDF” for a file.')}
          </Words>
        </Link>
        <a href={sessionExportPath(row.session_id, 'markdown')} download onClick={close} className={look}>
          <FileText aria-hidden />
          <Words name="Markdown">{t('Questions and answers as text, with the sources as footnotes.')}</Words>
        </a>
        <a href={sessionExportPath(row.session_id, 'json')} download onClick={close} className={look}>
          <Braces aria-hidden />
          <Words name="JSON">
            {t('Everything that is stored of it. You can bring it back here or on another server.')}
          </Words>
        </a>
      </div>
      <p className="mt-4 text-sm text-muted">{t('That you exported this session is noted in the audit log.')}</p>
    </ReadingDialog>
  );
}

const Words = ({ name, children }: { name: string; children: ReactNode }) => (
  <span>
    <span className="block font-medium">{name}</span>
    <span className="block text-sm text-muted">{children}</span>
  </span>
);
