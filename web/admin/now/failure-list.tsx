import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { NowSnapshot } from '../../../src/contract/now.ts';
import { named, rich, said, t } from '../../i18n/translate.ts';
import { Section } from '../../ui/section.tsx';
import { TableFrame } from '../../ui/table-frame.tsx';
import { clockTime, exactTime } from '../../ui/time-words.ts';
import { mailFailureWords, turnFailureWords } from './failure-words.ts';
import { shortId } from './now-search.ts';

type Line = { key: string; at: string; what: ReactNode; where: ReactNode; why: string };

/** What failed in the last hour, the newest first, with why. */
export function FailureList({ failures }: { failures: NowSnapshot['failures'] }) {
  const lines = linesOf(failures);
  const total = failures.turns.total + failures.documents.total + failures.mails.total;
  return (
    <Section
      title={t('Errors in the last hour')}
      {...(total > lines.length && {
        hint: t('The {shown} newest of {total, number}.', { shown: lines.length, total }),
      })}
    >
      {lines.length === 0 ? (
        <p className="text-sm text-muted">{t('No turn, document or mail has failed.')}</p>
      ) : (
        <TableFrame label={t('Errors in the last hour')}>
          <thead className="text-start text-xs whitespace-nowrap text-muted">
            <tr className="border-b border-line *:px-3 *:py-2 *:font-medium">
              <th>{t('When')}</th>
              <th>{t('What failed')}</th>
              <th>{t('Where')}</th>
              <th>{t('Why')}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ key, at, what, where, why }) => (
              <tr key={key} className="border-b border-line align-top last:border-0 *:px-3 *:py-1.5">
                <td className="whitespace-nowrap tabular-nums">
                  <time dateTime={at} title={exactTime(Date.parse(at))}>
                    {clockTime(Date.parse(at))}
                  </time>
                </td>
                <td className="whitespace-nowrap">{what}</td>
                <td className="max-w-72 min-w-32 truncate">{where}</td>
                <td className="min-w-56">{why}</td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      )}
    </Section>
  );
}

function linesOf({ turns, documents, mails }: NowSnapshot['failures']): Line[] {
  const ofTurns = turns.latest.map((each) => ({
    key: each.turn_id,
    at: each.at,
    what: each.state === 'interrupted' ? t('Answer interrupted') : t('No answer'),
    where: rich('{person}, {session}', {
      person: each.username || t('(program)'),
      session: (
        <Link to="/admin/sessions/$sessionId" params={{ sessionId: each.session_id }} className="link">
          {named(each.title) || shortId(each.session_id)}
        </Link>
      ),
    }),
    why: turnFailureWords(each.code),
  }));
  const ofDocuments = documents.latest.map((each) => ({
    key: `${each.document_id} ${each.at}`,
    at: each.at,
    what: t('Document not read'),
    where: rich('{document} in {corpus}', {
      document: (
        <Link to="/documents/$documentId" params={{ documentId: each.document_id }} className="link">
          {each.title}
        </Link>
      ),
      corpus: each.corpus_name,
    }),
    why: said(each.message) || t('It could not be read.'),
  }));
  const ofMails = mails.latest.map((each, index) => ({
    key: `mail ${each.at} ${index}`,
    at: each.at,
    what: t('Mail not sent'),
    where: <span className="text-muted">–</span>,
    why: mailFailureWords(each.problem),
  }));
  return [...ofTurns, ...ofDocuments, ...ofMails].toSorted((a, b) => (a.at < b.at ? 1 : -1));
}
