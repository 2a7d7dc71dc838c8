import { randomUUID } from 'node:crypto';
import type { Client, Reply } from '../client.ts';
import type { Given } from './given-guest.ts';

/** What a door leads to: a right that is taken away closes all of a kind. */
export const kinds = ['session', 'corpus', 'agent'] as const;
export type Kind = (typeof kinds)[number];

type Door = {
  leadsTo: Kind;
  call(client: Client, given: Given): Promise<Reply>;
  /** Stands in the answer of a list as long as the door is open. */
  shows?(given: Given): string;
  /** The scopes of the guest’s key do not reach it. */
  withoutKey?: true;
};

const session = (rest = ''): Pick<Door, 'leadsTo' | 'call'> => ({
  leadsTo: 'session',
  call: (client, { sessionId }) => client.get(`/api/sessions/${sessionId}${rest}`),
});
const document = (rest = ''): Pick<Door, 'leadsTo' | 'call'> => ({
  leadsTo: 'corpus',
  call: (client, { documentId }) => client.get(`/api/documents/${documentId}${rest}`),
});

/** Every way to what the guest was let into that is answered at once. */
const doors: Record<string, Door> = {
  'the session': session(),
  snapshot: session('/snapshot'),
  'the log': session('/events'),
  'a replay': session('/events?after=0&limit=1000'),
  history: session('/history'),
  'who is in it': session('/people'),
  'an export': session('/export?format=json'),
  'own feedback': session('/feedback'),
  'the list of sessions': {
    leadsTo: 'session',
    call: (client) => client.get('/api/sessions'),
    shows: ({ sessionId }) => sessionId,
  },
  'a search by title': {
    leadsTo: 'session',
    call: (client, { marks }) => client.get(`/api/sessions?q=${marks.title}`),
    shows: ({ sessionId }) => sessionId,
  },
  'a search in messages': {
    leadsTo: 'session',
    call: (client, { marks }) => client.get(`/api/sessions/search?q=${marks.answer}`),
    shows: ({ sessionId }) => sessionId,
  },
  'a rating': {
    leadsTo: 'session',
    call: (client, { sessionId, turnId }) =>
      client.put(`/api/sessions/${sessionId}/turns/${turnId}/feedback`, { rating: 'up' }),
    withoutKey: true,
  },
  'a copy': {
    leadsTo: 'session',
    call: (client, { sessionId, turnId }) =>
      client.post(`/api/sessions/${sessionId}/fork`, { turn_id: turnId, client_fork_id: randomUUID() }),
    withoutKey: true,
  },
  'the list of corpora': {
    leadsTo: 'corpus',
    call: (client) => client.get('/api/corpora'),
    shows: ({ corpusId }) => corpusId,
  },
  'the corpus': { leadsTo: 'corpus', call: (client, { corpusId }) => client.get(`/api/corpora/${corpusId}`) },
  'its documents': {
    leadsTo: 'corpus',
    call: (client, { corpusId }) => client.get(`/api/corpora/${corpusId}/documents`),
  },
  'a document': document(),
  'the text that a citation opens': document('/text?version=1'),
  'where its passages stand': document('/passages'),
  'its versions': document('/versions'),
  'its original': document('/original'),
  'a search': {
    leadsTo: 'corpus',
    call: (client, { marks }) => client.post('/api/search', { query: `comet ${marks.document}` }),
    shows: ({ documentId }) => documentId,
  },
  'a search that names it': {
    leadsTo: 'corpus',
    call: (client, { marks, corpusId }) =>
      client.post('/api/search', { query: `comet ${marks.document}`, corpora: [corpusId] }),
    shows: ({ documentId }) => documentId,
  },
  'a session that names it': {
    leadsTo: 'corpus',
    call: (client, { corpusId }) => client.post('/api/sessions', { corpora: [corpusId] }),
    withoutKey: true,
  },
  'the list of agents': {
    leadsTo: 'agent',
    call: (client) => client.get('/api/agents'),
    shows: () => 'librarian',
    withoutKey: true,
  },
  'a session with it': {
    leadsTo: 'agent',
    call: (client) => client.post('/api/sessions', { agent_id: 'librarian' }),
    withoutKey: true,
  },
};

/** Which doors are open to the guest, with their login and with their key, at the instance they are at. */
export async function openDoors(given: Given): Promise<string[]> {
  const { guest, key } = given;
  const open = await Promise.all(
    Object.entries(doors).flatMap(([name, door]) =>
      [{ by: 'login', client: guest.client }, ...(door.withoutKey ? [] : [{ by: 'key', client: key.client }])].map(
        async ({ by, client }) => ((await isOpen(door, client, given)) ? [`${by}: ${name}`] : []),
      ),
    ),
  );
  return open.flat();
}

async function isOpen(door: Door, client: Client, given: Given): Promise<boolean> {
  const { status, text } = await door.call(client, given);
  if (status >= 500) throw new Error(`answered ${status}: ${text.slice(0, 300)}`);
  return status < 300 && (!door.shows || text.includes(door.shows(given)));
}

/** What is open while only these kinds are closed, and these credentials. */
export function expectedOpen(closed: readonly Kind[], ended: readonly ('login' | 'key')[]): string[] {
  // A session that names a corpus is had with an agent alone.
  const isClosed = (name: string, { leadsTo }: Door) =>
    closed.includes(leadsTo) || (name === 'a session that names it' && closed.includes('agent'));
  return Object.entries(doors).flatMap(([name, door]) => {
    if (isClosed(name, door)) return [];
    return (['login', 'key'] as const)
      .filter((by) => !ended.includes(by) && !(by === 'key' && door.withoutKey))
      .map((by) => `${by}: ${name}`);
  });
}
