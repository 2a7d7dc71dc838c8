import { randomUUID } from 'node:crypto';
import { groupList } from '../../src/contract/access.ts';
import { answered, Client, type Reply } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import type { PostgresInstances } from '../faults/postgres-instances.ts';
import { openSession, type Person } from '../given.ts';
import { newGroup } from '../groups.ts';
import { newKey } from '../keys.ts';
import { shareWith } from '../sharing.ts';
import { ask } from '../turns.ts';
import { waitFor } from '../wait-for.ts';

/** A guest of somebody’s session, who also reads a corpus and uses the agent through one group, and has an API key. They are at the first instance;
 *  what ends their rights is asked for at the second. */
export type Given = {
  instances: PostgresInstances;
  /** At the second instance. */
  admin: Client;
  owner: Person;
  /** The owner at the second instance. */
  ownerThere: Person;
  guest: Person;
  key: { id: string; client: Client };
  groupId: string;
  corpusId: string;
  documentId: string;
  sessionId: string;
  turnId: string;
  /** Stands in the title of the session, in its first answer and in the document. */
  marks: { title: string; answer: string; document: string };
};

/** What only groups give in these tests: everyone uses no agent and reads no corpus. */
export async function takeFromEveryone(admin: Client, object: string): Promise<void> {
  const [everyone] = answered(await admin.get('/api/admin/groups?q=everyone'), 200, groupList).groups;
  await done(admin.delete(grantPath(everyone?.id ?? '', object)));
}

/** A word that stands nowhere else. */
const mark = () => `zy${randomUUID().replaceAll('-', '')}`;

/** @param shared  whether the session is shared with the guest, or with the group they are in */
export async function givenGuest(instances: PostgresInstances, shared: 'user' | 'group'): Promise<Given> {
  const admin = await instances.signIn(1);
  const [owner, guest] = [await instances.person('curator'), await instances.person()];
  const { id: groupId } = await newGroup(admin, [owner, guest]);
  await done(admin.client.put(grantPath(groupId, 'agent/librarian'), { level: 'use' }));
  const marks = { title: mark(), answer: mark(), document: mark() };
  const corpus = await newCorpus(owner, `Comets ${randomUUID()}`);
  await takeFromEveryone(admin.client, `corpus/${corpus.id}`);
  await done(admin.client.put(grantPath(groupId, `corpus/${corpus.id}`), { level: 'read' }));
  const documentId = await upload(owner, corpus.id, 'comet.md', `# Comet\n\nThe comet is called ${marks.document}.\n`);
  await untilRead(owner, documentId);
  const { session_id: sessionId } = await openSession(owner, { title: `Plans ${marks.title}` });
  instances.model.next({ text: `What is planned is ${marks.answer}.` });
  const { turn } = await ask(owner, sessionId, 'What is planned?');
  await shareWith(owner, sessionId, shared === 'user' ? guest : { groupId }, 'write');
  await waitFor('the words of the answer', async () =>
    (await guest.client.get(`/api/sessions/search?q=${marks.answer}`)).text.includes(sessionId),
  );
  const created = await newKey(guest, ['sessions:read', 'knowledge:read']);
  return {
    instances,
    admin: admin.client,
    owner,
    ownerThere: { ...owner, client: instances.client(1, owner) },
    guest,
    key: { id: created.id, client: new Client(guest.client.url, created.key) },
    groupId,
    corpusId: corpus.id,
    documentId,
    sessionId,
    turnId: turn.turn_id,
    marks,
  };
}

export const grantPath = (groupId: string, object: string) => `/api/admin/groups/${groupId}/grants/${object}`;

/** @throws Error when a change is not made */
export async function done(reply: Promise<Reply>): Promise<void> {
  const { status, text } = await reply;
  if (status < 200 || status > 299) throw new Error(`answered ${status}: ${text.slice(0, 300)}`);
}
