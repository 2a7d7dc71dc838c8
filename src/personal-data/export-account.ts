import { type Actor, byOf } from '../access/actor.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { readableCorpora } from '../knowledge/corpus-rights.ts';
import { toSession } from '../sessions/session-view.ts';
import type { Store } from '../store/store.ts';
import { encoded } from './encoded.ts';
import { exportFormat } from './import-account.ts';
import { sessionText, storedEvents } from './session-text.ts';
import { guestMessageLines, sharingLines } from './sharing-lines.ts';
import { type ZipFile, zipStream } from './zip-stream.ts';

export type ExportPorts = {
  store: Store;
  clock: Clock;
  /** The bytes of a stored original. */
  readFile(fileKey: string): Promise<{ stream: ReadableStream<Uint8Array> }>;
};

const sessionsPage = 100;
const documentsPage = 100;
const recordsPage = 500;

/** Everything that is stored of a person, as a ZIP archive of JSON and of the files they uploaded and may still read. Its parts are read
 *  while it is sent: a message sent meanwhile may or may not be in it. It is on record before its first byte. README.txt in the archive says what is what.
 *  @throws AppError not_found */
export async function exportAccount(ports: ExportPorts, actor: Actor): Promise<AsyncGenerator<Uint8Array>> {
  const facts = await ports.store.scan.personalFacts({ userId: actor.userId });
  if (!facts) throw new AppError('not_found');
  await ports.store.write.noteAccountExport({ userId: actor.userId, at: ports.clock.now(), by: byOf(actor) });
  const { user, groups, logins, oidc_identities, api_keys, active_days } = facts;
  const account = {
    format: exportFormat,
    exported_at: ports.clock.now(),
    user: { ...user, is_active: user.is_active === 1, has_second_factor: user.has_second_factor === 1 },
    default_corpora: await ports.store.read.defaultCorporaOf({ userId: actor.userId }),
    closed_announcement: await ports.store.read.dismissedAnnouncementOf({ userId: actor.userId }),
    groups,
    logins,
    oidc_identities,
    active_days,
    api_keys: api_keys.map((key) => ({ ...key, scopes: JSON.parse(key.scopes) as unknown })),
  };
  return zipStream(files());

  async function* files(): AsyncGenerator<ZipFile> {
    yield { name: 'README.txt', chunks: encoded([readme]) };
    yield { name: 'account.json', chunks: encoded([JSON.stringify(account, undefined, 2)]) };
    yield { name: 'audit.jsonl', chunks: encoded(auditLines(ports, actor)) };
    yield { name: 'opened-documents.jsonl', chunks: encoded(openingLines(ports, actor)) };
    yield { name: 'evaluation-questions.jsonl', chunks: encoded(keptQuestionLines(ports, actor)) };
    yield { name: 'feedback.jsonl', chunks: encoded(feedbackLines(ports, actor)) };
    yield { name: 'sharing.jsonl', chunks: encoded(sharingLines(ports, actor)) };
    yield { name: 'messages-elsewhere.jsonl', chunks: encoded(guestMessageLines(ports, actor)) };
    yield* sessionFiles(ports, actor);
    yield* documentFiles(ports, actor);
    yield* versionFiles(ports, actor);
  }
}

async function* sessionFiles({ store }: ExportPorts, actor: Actor): AsyncGenerator<ZipFile> {
  let after = '';
  for (;;) {
    const page = await store.scan.ownedSessions({ userId: actor.userId, after, limit: sessionsPage });
    for (const record of page) {
      const session = { ...toSession(record), deleted_at: record.deleted_at };
      yield {
        name: `sessions/${session.session_id}.json`,
        chunks: encoded(
          sessionText(session, storedEvents(store, { sessionId: session.session_id, userId: actor.userId })),
        ),
      };
    }
    const last = page.at(-1);
    if (!last) return;
    after = last.session_id;
  }
}

async function* documentFiles(ports: ExportPorts, actor: Actor): AsyncGenerator<ZipFile> {
  let after = '';
  for (;;) {
    const page = await ports.store.scan.uploadsOf({ userId: actor.userId, after, limit: documentsPage });
    const isReadable = await readableNow(ports, actor);
    const tagged = await ports.store.read.tagsOfDocuments({
      userId: actor.userId,
      documentIds: page.map(({ id }) => id),
    });
    for (const { file_key, ...document } of page) {
      if (!isReadable(document)) continue;
      const tags = tagged.flatMap(({ document_id, tag }) => (document_id === document.id ? [tag] : []));
      yield* uploadFiles(ports, { document: { ...document, tags }, name: document.id, fileKey: file_key });
    }
    const last = page.at(-1);
    if (!last) return;
    after = last.id;
  }
}

/** What they uploaded for versions that are not the current one. */
async function* versionFiles(ports: ExportPorts, actor: Actor): AsyncGenerator<ZipFile> {
  let after: { documentId: string; version: number } | undefined;
  for (;;) {
    const page = await ports.store.scan.otherUploadsOf({
      userId: actor.userId,
      limit: documentsPage,
      ...(after && { after }),
    });
    const isReadable = await readableNow(ports, actor);
    for (const { file_key, ...document } of page) {
      const name = `${document.id}-version-${document.version}`;
      if (isReadable(document)) yield* uploadFiles(ports, { document, name, fileKey: file_key });
    }
    const last = page.at(-1);
    if (!last) return;
    after = { documentId: last.id, version: last.version };
  }
}

async function readableNow(ports: ExportPorts, actor: Actor) {
  const { corpora } = await readableCorpora(ports, actor);
  const readable = new Set(corpora.map(({ id }) => id));
  return (document: { corpus_id: string }) => readable.has(document.corpus_id);
}

/** An uploaded file in a folder of its own, beside what is known about it. */
async function* uploadFiles<Facts extends { filename: string }>(
  ports: ExportPorts,
  { document, name, fileKey }: { document: Facts; name: string; fileKey: string },
): AsyncGenerator<ZipFile> {
  const file = await ports.readFile(fileKey).catch(() => undefined);
  const original = file ? `${name}/${plainName(document.filename)}` : null;
  const facts = { ...document, original };
  yield { name: `documents/${name}.json`, chunks: encoded([JSON.stringify(facts, undefined, 2)]) };
  if (file) yield { name: `documents/${original}`, chunks: file.stream, asItIs: true };
}

async function* auditLines({ store }: ExportPorts, actor: Actor): AsyncGenerator<string> {
  let after = 0;
  for (;;) {
    const page = await store.scan.auditOfPerson({ userId: actor.userId, after, limit: recordsPage });
    for (const { position: _, facts, personal, ...record } of page) {
      const line = {
        ...record,
        facts: JSON.parse(facts) as unknown,
        personal: personal && (JSON.parse(personal) as unknown),
      };
      yield `${JSON.stringify(line)}\n`;
    }
    const last = page.at(-1);
    if (!last) return;
    after = last.position;
  }
}

/** Titles are those of documents that may still be read. */
async function* openingLines({ store }: ExportPorts, actor: Actor): AsyncGenerator<string> {
  let after: { documentId: string; at: string; position: number } | undefined;
  for (;;) {
    const page = await store.scan.accessesOfPerson({
      userId: actor.userId,
      limit: recordsPage,
      ...(after && { after }),
    });
    const { corpora } = await readableCorpora({ store }, actor);
    const readable = new Set(corpora.map(({ id }) => id));
    for (const { at, what, version, api_key_id, document_id, corpus_id, document_title } of page) {
      const title = readable.has(corpus_id) ? document_title : null;
      yield `${JSON.stringify({ at, what, version, by_api_key: api_key_id !== null, document_id, corpus_id, title })}\n`;
    }
    const last = page.at(-1);
    if (!last) return;
    after = { documentId: last.document_id, at: last.at, position: last.position };
  }
}

async function* keptQuestionLines({ store }: ExportPorts, actor: Actor): AsyncGenerator<string> {
  let after = '';
  for (;;) {
    const page = await store.scan.evaluationQuestionsOfPerson({ userId: actor.userId, after, limit: recordsPage });
    for (const question of page) yield `${JSON.stringify(question)}\n`;
    const last = page.at(-1);
    if (!last) return;
    after = last.id;
  }
}

async function* feedbackLines({ store }: ExportPorts, actor: Actor): AsyncGenerator<string> {
  let after = '';
  for (;;) {
    const page = await store.scan.feedbackOfPerson({ userId: actor.userId, after, limit: recordsPage });
    for (const feedback of page) yield `${JSON.stringify(feedback)}\n`;
    const last = page.at(-1);
    if (!last) return;
    after = last.turn_id;
  }
}

/** A name that stays in its folder, whatever system unpacks it. */
function plainName(filename: string): string {
  const name = filename.replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, '_').replace(/^\.+/, '_');
  return name === '' ? 'file' : name;
}

const readme = `Everything Perdure stored of you when this was made.

account.json    your account, groups, sign-ins and keys (never a password or a key itself), and on which days you asked something
audit.jsonl     what the audit log holds of what you did and of what was done to your account, a record a line
opened-documents.jsonl
                which documents you opened, their text or the original, of which version and when, a line for each opening
evaluation-questions.jsonl
                the questions you kept to measure the search of a corpus by, a line each
feedback.jsonl  what you thought of answers, a line for each
sharing.jsonl   sessions that others share with you, and whom you share yours with, a line each
messages-elsewhere.jsonl
                what you wrote in sessions of others, a line for each message
sessions/       a file for each of your sessions, deleted ones too while they lie in the bin:
                {"session": …, "events": […]}, the events as GET /api/sessions/ID/events gives them,
                of all branches: what was edited or answered anew too, and what others wrote whom you shared it with
documents/      the files you uploaded and may still read, those of older versions too, each beside a JSON file of what is known
                about it

Times are UTC, ISO 8601. Texts are UTF-8.
`;
