import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AdminSessionFacts } from '../../../src/contract/admin-session.ts';
import { noCorpus } from '../../../src/contract/sessions.ts';
import { number } from '../../i18n/numbers.ts';
import { rich, t } from '../../i18n/translate.ts';
import { elementsInRow, inRow } from '../../i18n/in-row.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Moment } from '../../ui/moment.tsx';

const origins: Readonly<Record<string, string>> = {
  web: t('A browser'),
  api: t('The API'),
  adk: t('An ADK program'),
};

/** What is known of a session, by name. */
export function factsOf(facts: AdminSessionFacts): Record<string, ReactNode> {
  const { session } = facts;
  return {
    [t('Session')]: (
      <span className="inline-flex flex-wrap items-center gap-1">
        <span className="font-mono text-xs">{session.session_id}</span>
        <CopyButton text={session.session_id} label={t('Copy session id')} className="size-7! [&_svg]:size-3.5!" />
      </span>
    ),
    [t('Person')]: session.username || t('none: a program’s'),
    [t('State')]: <State facts={facts} />,
    [t('Agent')]: session.agent_name,
    [t('Corpora')]: corporaWords(facts.corpora),
    [t('Created')]: <Moment at={session.created_at} />,
    [t('Last activity')]: <Moment at={session.last_activity} />,
    [t('Messages')]: t('{messages, number}, of them {asked, number} asked', {
      messages: session.chat_messages,
      asked: session.user_queries,
    }),
    [t('Turns')]: number(facts.turns),
    [t('Tokens')]: t('{input, number} in, {output, number} out', {
      input: facts.input_tokens,
      output: facts.output_tokens,
    }),
    [t('Made by')]: origins[facts.origin] ?? facts.origin,
    ...(facts.is_held && { [t('Legal hold')]: <Held /> }),
  };
}

const Held = () =>
  rich('Nothing erases it. <holds>Legal holds</holds>', {
    holds: (inner) => (
      <Link to="/admin/settings/$section" params={{ section: 'holds' }} className="link">
        {inner}
      </Link>
    ),
  });

function State({ facts: { session, archived, pinned, deleted_at: deletedAt } }: { facts: AdminSessionFacts }) {
  const main = session.is_active ? t('Active', {}, 'session') : t('Closed', {}, 'session');
  return elementsInRow([
    deletedAt === null ? main : rich('Deleted by its owner {when}', { when: <Moment at={deletedAt} /> }),
    ...(session.running ? [t('answering', {}, 'session')] : []),
    ...(archived ? [t('archived', {}, 'session')] : []),
    ...(pinned ? [t('pinned', {}, 'session')] : []),
    ...(session.imported_at === null
      ? []
      : [rich('brought back from an export {when}', { when: <Moment at={session.imported_at} /> })]),
  ]);
}

function corporaWords(corpora: AdminSessionFacts['corpora']): string {
  if (corpora === null) return t('All that its owner may search');
  if (corpora.some(({ id }) => id === noCorpus)) return t('None', {}, 'corpora');
  return inRow(corpora.map(({ name }) => name ?? t('a corpus that is gone')));
}
