import { useRef, useState } from 'react';
import type { AdminSessionRow, SessionContent } from '../../src/contract/admin.ts';
import { readSessionContent } from '../api/admin.ts';
import { named, rich, t } from '../i18n/translate.ts';
import { FormDialog, ReadingDialog } from '../ui/dialog.tsx';
import { Field, TextArea } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { Moment } from '../ui/moment.tsx';
import { Empty } from '../ui/states.tsx';

/** Asks why, then shows what was said. The reason is recorded first, and the session's owner sees it. */
export function ReadSession({ row, onClose }: { row: AdminSessionRow | undefined; onClose(): void }) {
  const [content, setContent] = useState<SessionContent>();
  const isAnswered = useRef(false);
  const close = () => {
    isAnswered.current = false;
    setContent(undefined);
    onClose();
  };
  if (!row) return null;
  if (content?.session_id === row.session_id)
    return <Content content={content} importedAt={row.imported_at} onClose={close} />;
  return (
    <FormDialog
      open
      // What comes of it takes its place.
      onOpenChange={(open) => !open && !isAnswered.current && close()}
      title={t('Read this session’s content?')}
      description={
        row.username
          ? t('{name} sees on the session that you read it, when, and the reason you give. The audit log keeps it.', {
              name: row.username,
            })
          : t('Its owner sees on the session that you read it, when, and the reason you give. The audit log keeps it.')
      }
      action={t('Record and read')}
      onSubmit={async (data) => {
        const read = await readSessionContent(row.session_id, formText(data, 'reason'));
        isAnswered.current = true;
        setContent(read);
      }}
    >
      <Field label={t('Your reason')} hint={t('At least 10 characters.')}>
        {(id) => <TextArea id={id} name="reason" required minLength={10} maxLength={500} rows={3} />}
      </Field>
    </FormDialog>
  );
}

type ContentProps = { content: SessionContent; importedAt: string | null; onClose(): void };

function Content({ content, importedAt, onClose }: ContentProps) {
  return (
    <ReadingDialog open onOpenChange={(open) => !open && onClose()} title={named(content.title) || t('Session')}>
      {importedAt !== null && (
        <p className="mb-4 rounded-xl bg-warn-soft px-4 py-3 text-sm text-warn">
          {content.username
            ? rich(
                '{name} brought this session back from an export {when}. Whether it was said like this the server cannot know.',
                { name: content.username, when: <Moment at={importedAt} /> },
              )
            : rich(
                'Its owner brought this session back from an export {when}. Whether it was said like this the server cannot know.',
                { when: <Moment at={importedAt} /> },
              )}
        </p>
      )}
      {content.messages.length === 0 && <Empty title={t('Nothing was said yet.')} />}
      <ol className="space-y-4 text-sm">
        {content.messages.map(({ role, content: text, timestamp }, index) => (
          // Messages of a log keep their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={index}>
            <p className="text-xs text-muted">
              {role === 'user' ? content.username || t('Question') : t('Answer')} · <Moment at={timestamp} />
            </p>
            <p className="mt-1 whitespace-pre-wrap wrap-anywhere">{text}</p>
          </li>
        ))}
      </ol>
    </ReadingDialog>
  );
}
