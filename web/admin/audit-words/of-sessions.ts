import type { ReactNode } from 'react';
import { rich, t } from '../../i18n/translate.ts';
import { countOf, numberOrNull, quoted, type SentencesOf, type Told, text, textOrNone } from './told.ts';

export const sentencesOfSessions: SentencesOf<'session' | 'session_list' | 'usage'> = {
  'session.read': ({ links, personal }) =>
    rich('read what was said in the session {it}, because: {reason}', {
      ...links,
      reason: quoted(personal['reason']),
    }),
  'session.shared': ({ links, facts }) =>
    facts['level'] === 'write'
      ? rich('let {other} read and write in the session {it}', links)
      : rich('let {other} read the session {it}', links),
  'session.unshared': ({ links }) => rich('shared the session {it} no more with {other}', links),
  'session.stopped': ({ links, facts }) =>
    rich('stopped {turns, plural, one {# answer} other {# answers}} in the session {it}', {
      ...links,
      turns: countOf(facts['turns']),
    }),
  'session.invalidated': ({ links }) => rich('closed the session {it}', links),
  'session.imported': ({ links, facts }) =>
    rich('brought back the session {it} from an export, with {turns, plural, one {# question} other {# questions}}', {
      ...links,
      turns: countOf(facts['turns']),
    }),
  'session.exported': ({ links, facts }) =>
    rich(
      'exported the session {it} {format, select, json {as JSON} markdown {as Markdown} page {to print it or save it as PDF} other {}}',
      { ...links, format: text(facts['format']) },
    ),
  'session.expired': ({ links, facts }) =>
    rich('erased the session {it} by a rule: kept {days, plural, =0 {for ever} one {for # day} other {for # days}}', {
      ...links,
      days: numberOrNull(facts['keep_days']) ?? 0,
    }),
  'session_list.exported': listExported,
  'usage.exported': ({ facts }) =>
    t(
      'exported a chart of use: {chart, select, turns {turns} sessions {sessions} people {people} tokens {tokens} cost {cost} first_text {first text} answer {answer} feedback {feedback} unanswered {unanswered} searches {searches} other {{chart}}} by {by, select, day {day} agent {agent} group {group} corpus {corpus} other {{by}}}{from, select, none {} other { from {from}}}{to, select, none {} other { to {to}}}',
      {
        chart: text(facts['chart']),
        by: text(facts['by']),
        from: textOrNone(facts['from']),
        to: textOrNone(facts['to']),
      },
    ),
};

function listExported({ links, facts }: Told): ReactNode {
  const { agent_id, searched, user_id } = facts;
  const bySearch = searched === undefined ? 'none' : 'search';
  const byAgent = searched === undefined ? 'agent' : 'both';
  return rich(
    'exported the list of sessions{whose, select, one { of {other}} other {}}, status {status, select, active {active} inactive {inactive} deleted {deleted} all {all} running {running} waiting {waiting} failed {failed} archived {archived} other {{status}}}{narrowed, select, agent {, narrowed to the agent {agent}} search {, narrowed to a search} both {, narrowed to the agent {agent} and a search} other {}}',
    {
      ...links,
      whose: user_id === undefined ? 'all' : 'one',
      status: text(facts['status']),
      narrowed: agent_id === undefined ? bySearch : byAgent,
      agent: text(agent_id),
    },
  );
}
