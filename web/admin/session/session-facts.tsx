import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AdminSessionFacts } from '../../../src/contract/admin-session.ts';
import { noCorpus } from '../../../src/contract/sessions.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Moment } from '../../ui/moment.tsx';

const origins: Readonly<Record<string, string>> = { web: 'A browser', api: 'The API', adk: 'An ADK program' };

/** What is known of a session, by name. */
export function factsOf(facts: AdminSessionFacts): Record<string, ReactNode> {
  const { session } = facts;
  return {
    Session: (
      <span className="inline-flex flex-wrap items-center gap-1">
        <span className="font-mono text-xs">{session.session_id}</span>
        <CopyButton text={session.session_id} label="Copy session id" className="size-7! [&_svg]:size-3.5!" />
      </span>
    ),
    Person: session.username || 'none: a program’s',
    State: <State facts={facts} />,
    Agent: session.agent_name,
    Corpora: corporaWords(facts.corpora),
    Created: <Moment at={session.created_at} />,
    'Last activity': <Moment at={session.last_activity} />,
    Messages: `${session.chat_messages.toLocaleString()}, of them ${session.user_queries.toLocaleString()} asked`,
    Turns: facts.turns.toLocaleString(),
    Tokens: `${facts.input_tokens.toLocaleString()} in, ${facts.output_tokens.toLocaleString()} out`,
    'Made by': origins[facts.origin] ?? facts.origin,
    ...(facts.is_held && { 'Legal hold': <Held /> }),
  };
}

const Held = () => (
  <>
    Nothing erases it.{' '}
    <Link to="/admin/settings/$section" params={{ section: 'holds' }} className="link">
      Legal holds
    </Link>
  </>
);

function State({ facts: { session, archived, pinned, deleted_at: deletedAt } }: { facts: AdminSessionFacts }) {
  const main = session.is_active ? 'Active' : 'Closed';
  return (
    <>
      {deletedAt === null ? (
        main
      ) : (
        <>
          Deleted by its owner <Moment at={deletedAt} />
        </>
      )}
      {session.running && ', answering'}
      {archived && ', archived'}
      {pinned && ', pinned'}
      {session.imported_at !== null && (
        <>
          , brought back from an export <Moment at={session.imported_at} />
        </>
      )}
    </>
  );
}

function corporaWords(corpora: AdminSessionFacts['corpora']): string {
  if (corpora === null) return 'All that its owner may search';
  if (corpora.some(({ id }) => id === noCorpus)) return 'None';
  return corpora.map(({ name }) => name ?? 'a corpus that is gone').join(', ');
}
