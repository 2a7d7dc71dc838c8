import { beforeAll, describe, expect, test } from 'vitest';
import type { Citation } from '../../src/contract/events.ts';
import { chatAnswer, snapshot } from '../../src/contract/sessions.ts';
import { answered } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { newCorpus, textOf, untilRead, upload } from '../documents.ts';
import { type GivenServer, openSession, type Person } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer } from '../shared-server.ts';
import { answerOf, ask, logOf, send } from '../turns.ts';
import { waitFor } from '../wait-for.ts';

const harbour = `# The harbour

## Opening hours

The harbour office opens at seven in the morning, and closes at nineteen. \u{1F6A2} Ships are told by radio.

## Fees

A berth costs twelve crowns a night.
`;
const kitchen = `# The kitchen

## Bread

The sourdough rests for eighteen hours before it is baked in the stone oven.

## Soup

The soup of the day is announced at eleven.
`;

/** Two documents in two corpora, read. */
async function givenDocuments(server: GivenServer): Promise<{ curator: Person; harbourId: string; kitchenId: string }> {
  const curator = await server.person('curator');
  const [port, food] = [await newCorpus(curator, 'Port'), await newCorpus(curator, 'Food')];
  const harbourId = await upload(curator, port.id, 'harbour.md', harbour);
  const kitchenId = await upload(curator, food.id, 'kitchen.md', kitchen);
  for (const id of [harbourId, kitchenId])
    expect(await untilRead(curator, id)).toMatchObject({ state: 'ready', version: 1 });
  return { curator, harbourId, kitchenId };
}

/** A citation's range is its quote, in the text of the version it names. */
async function checkQuote(person: Person, citation: Citation): Promise<void> {
  const text = await textOf(person, citation.document_id, citation.document_version);
  expect(text.slice(citation.start, citation.end)).toBe(citation.quote);
  expect(citation.quote.length).toBeGreaterThan(0);
}

/** Asks for a search at the first call, then writes. The passages come in the order they were found. */
function searches(query: string) {
  return { text: '', toolCalls: [{ id: 'call-1', name: 'search_corpora', arguments: JSON.stringify({ query }) }] };
}

describe('with a language model', () => {
  const server = sharedServer({ withModel: true });
  let given: Awaited<ReturnType<typeof givenDocuments>>;
  beforeAll(async () => {
    given = await givenDocuments(server());
  });

  test('a chip’s range is the very text of the document that the sentence stands on', async () => {
    const member = await server().person();
    const { session_id } = await openSession(member);
    server().model.next(searches('when does the harbour office open'), {
      text: 'The harbour office opens at seven in the morning [1].',
    });
    const { answer, log, turn } = await ask(member, session_id, 'When does the harbour open?');
    expect(answer?.text).toBe('The harbour office opens at seven in the morning [1].');
    const [citation, ...more] = answer?.citations ?? [];
    if (!citation) throw new Error('There is no citation.');
    expect(more).toEqual([]);
    expect(citation).toMatchObject({ n: 1, document_id: given.harbourId, corpus_name: 'Port', document_version: 1 });
    expect(citation.quote).toContain('opens at seven in the morning');
    await checkQuote(member, citation);
    expect(log.map((event) => event.type)).toEqual([
      'user_message',
      'turn_state',
      'turn_state',
      'agent_message',
      'tool_call',
      'tool_result',
      'agent_message',
      'turn_state',
    ]);
    const stored = queryDatabase(
      server().databasePath,
      'select n, document_id, passage_id, start_offset, end_offset from citations where turn_id = ?',
      turn.turn_id,
    );
    const { n, document_id, passage_id, start, end } = citation;
    expect(stored).toEqual([{ n, document_id, passage_id, start_offset: start, end_offset: end }]);
    await checkInvariants(server().databasePath);
  });

  test('an answer that was stopped keeps the citations of what was shown, and its model', async () => {
    const member = await server().person();
    const { session_id } = await openSession(member);
    const pieces = ['The harbour office opens at seven in the morning [1]. ', 'And ', 'then '];
    server().model.next(searches('when does the harbour office open'), { text: '', pieces, stallAfter: 3 });
    const turn = await send(member, session_id, 'When does the harbour open?');
    await waitFor('the text with its marker', async () => {
      const reply = await member.client.get(`/api/sessions/${session_id}/snapshot`);
      return answered(reply, 200, snapshot).running?.text.includes('[1]');
    });
    await member.client.post(`/api/sessions/${session_id}/turns/${turn.turn_id}/stop`);
    const answer = answerOf(await logOf(member, session_id), turn.turn_id);
    expect(answer).toMatchObject({ partial: true, model: 'scripted' });
    const [citation, ...more] = answer?.citations ?? [];
    if (!citation) throw new Error('There is no citation.');
    expect(more).toEqual([]);
    expect(citation).toMatchObject({ n: 1, document_id: given.harbourId });
    await checkQuote(member, citation);
    await checkInvariants(server().databasePath);
  });

  test('two sentences from two documents give two citations', async () => {
    const member = await server().person();
    const { session_id } = await openSession(member);
    server().model.next(searches('harbour office opens'), {
      text: '',
      toolCalls: [{ id: 'call-2', name: 'search_corpora', arguments: '{"query":"sourdough rests hours"}' }],
    });
    // The number of the second document's passage is known once the tools have answered.
    server().model.always((request) => {
      const results = request.body.messages?.filter((message) => message.role === 'tool') ?? [];
      const number = /"n":(\d+)[^}]*?sourdough/s.exec(JSON.stringify(results).replaceAll('\\"', '"'))?.[1] ?? '0';
      return { text: `It opens at seven in the morning [1]. The sourdough rests for eighteen hours [${number}].` };
    });
    const { answer } = await ask(member, session_id, 'When does it open, and how long does the bread rest?');
    const citations = answer?.citations ?? [];
    expect(citations.map((each) => each.n)).toEqual([1, 2]);
    expect(citations.map((each) => each.document_id)).toEqual([given.harbourId, given.kitchenId]);
    expect(answer?.text).toMatch(/\[1\].*\[2\]/);
    for (const citation of citations) await checkQuote(member, citation);
  });

  test('a marker of a passage that no tool returned is dropped, from the stream too', async () => {
    const member = await server().person();
    const { session_id } = await openSession(member);
    const stream = await member.client.stream(`/api/sessions/${session_id}/events`);
    server().model.next(searches('berth costs'), { text: 'A berth costs twelve crowns [99]. It is cheap [42, 7].' });
    const { answer, log } = await ask(member, session_id, 'What is the price of a berth?');
    expect(answer?.text).toBe('A berth costs twelve crowns. It is cheap.');
    expect(answer?.citations).toEqual([]);
    await stream.until('the end', ({ events }) => events.some((event) => 'seq' in event && event.seq === log.length));
    const shown = stream.events.map((event) => (event.type === 'text_delta' ? event.text : '')).join('');
    expect(shown).toBe(answer?.text);
    await stream.close();
  });

  test('a marker without any search is dropped, and text in brackets that is no marker stays', async () => {
    const member = await server().person();
    const { session_id } = await openSession(member);
    server().model.next({ text: 'So it is [1]. See `list[1]` and [the page](https://example.org).' });
    const { answer } = await ask(member, session_id, 'Well?');
    expect(answer?.citations).toEqual([]);
    expect(answer?.text).toBe('So it is. See `list[1]` and [the page](https://example.org).');
  });

  test('a turn that names corpora searches nothing else', async () => {
    const member = await server().person();
    const { session_id } = await openSession(member, { corpora: ['food'] });
    server().model.next(searches('harbour office opens at seven'), { text: 'I do not know.' });
    const { log } = await ask(member, session_id, 'When does the harbour open?');
    const result = log.find((event) => event.type === 'tool_result');
    expect(result).toMatchObject({ is_error: false, output: { searched: ['Food'] } });
    expect(JSON.stringify(result)).not.toContain(given.harbourId);
  });

  test('the citations of an answer outlive their document', async () => {
    const { curator } = given;
    const corpus = await newCorpus(curator, 'Passing');
    const documentId = await upload(
      curator,
      corpus.id,
      'comet.md',
      '# Comet\n\nThe comet Zyra returns every 88 years.\n',
    );
    await untilRead(curator, documentId);
    const { session_id } = await openSession(curator, { corpora: ['Passing'] });
    server().model.next(searches('comet Zyra returns'), { text: 'The comet Zyra returns every 88 years [1].' });
    const { answer, log } = await ask(curator, session_id, 'When does Zyra return?');
    expect(answer?.citations[0]).toMatchObject({ document_id: documentId });
    expect((await curator.client.delete(`/api/documents/${documentId}`)).status).toBe(204);
    expect((await curator.client.get(`/api/documents/${documentId}`)).status).toBe(410);
    const page = await curator.client.get(`/api/sessions/${session_id}/events?limit=1000`);
    expect(JSON.parse(page.text)).toMatchObject({ events: log });
  });
});

describe('with quotes only', () => {
  const server = sharedServer();
  let given: Awaited<ReturnType<typeof givenDocuments>>;
  beforeAll(async () => {
    given = await givenDocuments(server());
  });

  test('a question the documents answer is answered by their words, with where they stand', async () => {
    const member = await server().person();
    const { session_id } = await openSession(member);
    const reply = await member.client.post(`/api/sessions/${session_id}/chat`, {
      message: 'How long does the sourdough rest before it is baked?',
    });
    const { response, citations } = answered(reply, 200, chatAnswer);
    expect(response).toContain('eighteen hours');
    const [citation] = citations;
    expect(citation).toMatchObject({ n: 1, document_id: given.kitchenId, corpus_name: 'Food' });
    for (const each of citations) await checkQuote(member, each);
  });

  test('a question they do not answer gives no citation', async () => {
    const member = await server().person();
    const { session_id } = await openSession(member);
    for (const message of ['Who won the chess championship of 1972?', 'xyzzy plugh', '????', 'Thanks!']) {
      const reply = await member.client.post(`/api/sessions/${session_id}/chat`, { message });
      expect(answered(reply, 200, chatAnswer).citations).toEqual([]);
    }
    const { log } = await ask(member, session_id, 'And who invented the telephone?');
    const messages = log.filter((event) => event.type === 'agent_message' && event.final);
    expect(messages.map((event) => 'model' in event && event.model)).toEqual(
      Array.from({ length: 5 }, () => 'Quotes from your documents (no language model configured)'),
    );
  });
});
