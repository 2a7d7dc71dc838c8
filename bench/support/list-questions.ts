import { formatKeyset } from '../../src/contract/keyset.ts';
import { busyAgentId, idOf, numbersFrom, retiredAgentId, wordAt } from './many-sessions.ts';

/** A page that is asked for, and what kind of page it is. */
export type Question = {
  path: string;
  filters: string;
  sort: string;
  place: 'first' | 'next' | 'middle' | 'last';
  hasText: boolean;
};

export type ListFacts = {
  busyUsername: string;
  quietUsername: string;
  /** Sort values at parts of the whole list, from the newest or most on. */
  valueAt(sort: string, share: number): string | number;
};

const statuses = ['active', 'inactive', 'deleted', 'all'];
const sorts = ['last_activity', 'created_at', 'chat_messages'];
const pageSize = 50;

/** Every filter and sort the administrator's page and the contract offer, each at the beginning, in the middle and at the end of the list, in a
 *  random order that is always the same. */
export function adminQuestions(facts: ListFacts): Question[] {
  const people = ['', `username=${facts.busyUsername}`, `username=${facts.quietUsername}`];
  const agents = ['', `agent_id=${busyAgentId}`, `agent_id=${retiredAgentId}`];
  const texts = ['', ...textsOf(facts).map((text) => `q=${encodeURIComponent(text)}`)];
  const questions = statuses.flatMap((status) =>
    sorts.flatMap((sort) =>
      people.flatMap((person) =>
        agents.flatMap((agent) => texts.map((text) => questionsOf({ status, sort, person, agent, text }, facts))),
      ),
    ),
  );
  return shuffled(questions.flat());
}

/** Text that nearly all, many, some, few and no sessions have; short ones; part of a name; the beginning of an id. */
function textsOf({ quietUsername }: ListFacts): string[] {
  return [
    'a',
    'q',
    wordAt(0).slice(0, 2),
    wordAt(1),
    wordAt(40),
    `${wordAt(2)} ${wordAt(9)}`,
    wordAt(3_900),
    'nothing like this',
    quietUsername.slice(0, -1),
    'person',
    idOf('session', 123).slice(0, 8),
  ];
}

function questionsOf(
  asked: { status: string; sort: string; person: string; agent: string; text: string },
  facts: ListFacts,
): Question[] {
  const { status, sort, person, agent, text } = asked;
  const filters = [`status=${status}`, person, agent, text].filter((each) => each !== '').join('&');
  const path = `/api/admin/sessions?${filters}&sort=${sort}&limit=${pageSize}`;
  const at = (share: number) =>
    `${path}&cursor=${encodeURIComponent(formatKeyset({ value: facts.valueAt(sort, share), id: '8' }))}`;
  const hasText = text !== '';
  return [
    { path, filters, sort, place: 'first', hasText },
    { path: at(0.5), filters, sort, place: 'middle', hasText },
    { path: at(0.999), filters, sort, place: 'last', hasText },
  ];
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  const draw = numbersFrom(3);
  return items
    .map((item) => ({ item, at: draw() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
