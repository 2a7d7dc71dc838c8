import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FileInput } from 'lucide-react';
import { type ChangeEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { ConversationImport } from '../../../src/contract/conversation-import.ts';
import { importConversations, previewConversations } from '../../api/conversation-import.ts';
import { rich, t } from '../../i18n/translate.ts';
import { PageHeader } from '../../shell/page-header.tsx';
import { sessionsKey } from '../../shell/use-fresh-data.ts';
import { Button } from '../../ui/button.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { Section } from '../../ui/section.tsx';
import { Failure } from '../../ui/states.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { ConversationTable } from './conversation-table.tsx';
import { conversationWords } from './conversation-words.ts';

type Work = { what: 'looking' | 'bringing'; share: number };

/** Brings conversations of other chats in: a file is looked at, its conversations are shown, and then they are made sessions. */
export function ImportPage() {
  useTitle(t('Import conversations'));
  const queryClient = useQueryClient();
  const [file, setFile] = useState<File>();
  const [answer, setAnswer] = useState<ConversationImport>();
  const [work, setWork] = useState<Work>();
  const [error, setError] = useState<unknown>();
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);

  const run = async (what: Work['what'], chosen: File) => {
    const control = new AbortController();
    abort.current = control;
    setError(undefined);
    setWork({ what, share: 0 });
    const how = { signal: control.signal, onProgress: (share: number) => setWork({ what, share }) };
    try {
      const next = await (what === 'looking' ? previewConversations(chosen, how) : importConversations(chosen, how));
      if (!control.signal.aborted) setAnswer(next);
    } catch (thrown) {
      if (!control.signal.aborted) setError(thrown);
    } finally {
      if (!control.signal.aborted) setWork(undefined);
      // What was stored before something went wrong is there too.
      if (what === 'bringing') void queryClient.invalidateQueries({ queryKey: [sessionsKey] });
    }
  };
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = event.target.files?.[0];
    event.target.value = '';
    if (!chosen) return;
    setFile(chosen);
    setAnswer(undefined);
    void run('looking', chosen);
  };
  const cancel = () => {
    abort.current?.abort();
    setWork(undefined);
  };

  return (
    <>
      <PageHeader title={t('Import conversations')} />
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        <div className="mx-auto max-w-4xl">
          <Section title={t('Your file')} hint={t('Nothing is stored before you have seen what would come.')}>
            <FileChoice isBusy={work !== undefined} onChoose={choose} name={file?.name} />
            {work && <Progress work={work} onCancel={cancel} />}
            {error !== undefined && (
              <div className="mt-4">
                <Failure error={error} />
                {file && answer?.is_preview && (
                  <p className="mt-2 text-sm text-muted">
                    {t('You can bring them in again: what came before the fault stays, and nothing comes twice.')}
                  </p>
                )}
              </div>
            )}
          </Section>
          {answer && file && !work && (
            <Section title={answer.is_preview ? t('What would come') : t('What came')}>
              <div role="status" className="mb-3 text-sm">
                {conversationWords(answer).map((sentence) => (
                  <p key={sentence}>{sentence}</p>
                ))}
              </div>
              {answer.is_preview && answer.comes > 0 && (
                <Button look="primary" className="mb-4" onClick={() => void run('bringing', file)}>
                  {t('Bring in {count, plural, one {# conversation} other {# conversations}}', { count: answer.comes })}
                </Button>
              )}
              <ConversationTable answer={answer} />
            </Section>
          )}
          <Section title={t('Where to find it')}>
            <Origins />
          </Section>
        </div>
      </main>
    </>
  );
}

type FileChoiceProps = {
  isBusy: boolean;
  onChoose(event: ChangeEvent<HTMLInputElement>): void;
  name: string | undefined;
};

function FileChoice({ isBusy, onChoose, name }: FileChoiceProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button disabled={isBusy} onClick={() => input.current?.click()}>
        <FileInput aria-hidden className="size-4" />{' '}
        {name === undefined ? t('Choose a file') : t('Choose another file')}
      </Button>
      <input
        ref={input}
        type="file"
        aria-label={t('File of conversations')}
        accept=".json,.zip,application/json,application/zip"
        className="sr-only"
        tabIndex={-1}
        onChange={onChoose}
      />
      {name !== undefined && <span className="min-w-0 text-sm text-muted wrap-anywhere">{name}</span>}
    </div>
  );
}

function Progress({ work: { what, share }, onCancel }: { work: Work; onCancel(): void }) {
  const after =
    what === 'looking' ? t('Reading it') : t('Bringing the conversations in; they appear in your list as they come');
  return (
    <div className="mt-4 flex flex-wrap items-center gap-3 text-sm text-muted">
      <span role="status">{share < 1 ? t('Sending the file') : after}</span>
      {share < 1 && <ProgressBar share={share} label={t('Sent of the file')} />}
      <Button look="quiet" onClick={onCancel}>
        {t('Cancel')}
      </Button>
    </div>
  );
}

const toAccount = (words: ReactNode) => (
  <Link to="/account" className="link">
    {words}
  </Link>
);

const Origins = () => (
  <>
    <dl className="grid gap-3 text-sm">
      <Origin name="ChatGPT">
        {t(
          'Settings, “Data controls”, “Export data”. You get a ZIP archive by mail. If it is large, take the file conversations.json out of it and choose that.',
        )}
      </Origin>
      <Origin name="Open WebUI">
        {t('Settings, “Data controls”, “Export chats”: a JSON file with all your chats.')}
      </Origin>
      <Origin name="LibreChat">
        {t('In a conversation, “Share”, “Export”, as JSON. For several at once, put the files into one ZIP archive.')}
      </Origin>
      <Origin name="Perdure">
        {rich(
          'A session that you exported as JSON. For all of your sessions, use “Bring back an export” on <link>your account page</link>.',
          { link: toAccount },
        )}
      </Origin>
    </dl>
    <p className="mt-4 text-sm text-muted">
      {t(
        'What you see in the other chat comes: questions, answers, and their times. Of several versions of a message, the one in view comes. Pictures and files are named, but do not come. Sessions that came this way say so.',
      )}
    </p>
  </>
);

const Origin = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt className="font-medium">{name}</dt>
    <dd className="text-muted">{children}</dd>
  </div>
);
