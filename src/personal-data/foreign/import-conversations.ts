import type { Actor } from '../../access/actor.ts';
import { librarian } from '../../agents/catalogue.ts';
import type { ConversationImport, ImportedConversation } from '../../contract/conversation-import.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { asRefusal } from '../as-refusal.ts';
import { ImportFault } from '../import-fault.ts';
import { importLimits } from '../import-limits.ts';
import { type RebuiltSession, rebuildSession } from '../rebuild-session.ts';
import { type ImportPorts, withReceived } from '../receive-import.ts';
import { storeImport } from '../store-import.ts';
import { asSessionFile } from './as-session-file.ts';
import { type ConversationText, conversationTexts } from './conversation-texts.ts';
import { recognise } from './recognise.ts';

export type ConversationImportInput = {
  body: AsyncIterable<Uint8Array> | null;
  origin: 'web' | 'api';
  signal: AbortSignal;
  /** Says what would come, and stores nothing. */
  isPreview: boolean;
};

/** How many conversations the answer names. */
const maxNamed = 500;
/** How many are held at once, and how much text of them: each holds its place until it is stored. */
const heldAtOnce = 16;
const charsHeldAtOnce = 4 * 2 ** 20;
const tooLarge = 'Of ChatGPT’s archive, send the file conversations.json alone.';

/** Makes the conversations of ChatGPT, Open WebUI and LibreChat, and single sessions of Perdure, the person's own; each of them is seen whole or
 *  not at all. What is here already stays as it is, so doing it again brings what is missing.
 *  @throws AppError not_an_export, bad_request, too_large, too_many_requests (one is under way), unauthenticated (the sign-in ended) */
export function importConversations(ports: ImportPorts, underWay: Set<string>) {
  return async (actor: Actor, input: ConversationImportInput): Promise<ConversationImport> =>
    withReceived(ports, underWay, actor, { ...input, tooLarge }, (path) =>
      asRefusal(() => takeAll(ports, actor, path, input)),
    );
}

async function takeAll(
  ports: ImportPorts,
  actor: Actor,
  path: string,
  { origin, signal, isPreview }: ConversationImportInput,
): Promise<ConversationImport> {
  const { id: agentId } = (await ports.store.read.defaultAgent({ userId: actor.userId })) ?? librarian;
  const tally = new Tally(isPreview);
  const settle = isPreview
    ? (reads: readonly Read[]) => previewed(ports, actor, reads)
    : (reads: readonly Read[]) => stored(ports, actor, reads, origin);
  let waiting: Read[] = [];
  let waitingChars = 0;
  let read = 0;
  const settleWaiting = async () => {
    if (!(await ports.isLive(actor))) throw new AppError('unauthenticated');
    for (const shown of await settle(waiting)) tally.add(shown);
    waiting = [];
    waitingChars = 0;
  };
  for await (const text of conversationTexts(path)) {
    if (signal.aborted)
      throw new AppError('bad_request', { detail: 'The request was given up. Nothing is half done.' });
    if (read === importLimits.sessions) {
      tally.add(refused(`Only the first ${read.toLocaleString('en-US')} conversations were looked at.`));
      break;
    }
    read += 1;
    waiting.push(readOne(text, ports, actor, agentId));
    waitingChars += 'json' in text ? text.json.length : 0;
    if (waiting.length >= heldAtOnce || waitingChars >= charsHeldAtOnce) await settleWaiting();
  }
  await settleWaiting();
  const answer = tally.answer();
  const isNothing = answer.comes + answer.brought_in + answer.already_here === 0;
  if (isNothing && read <= 1)
    throw new ImportFault(answer.conversations[0]?.reason ?? 'There is no conversation in it.');
  if (!isPreview) ports.log.info('conversations_imported', { sessions: answer.brought_in, refused: answer.refused });
  return answer;
}

type Read = { shown: ImportedConversation; session: RebuiltSession | undefined };

async function previewed(
  { store }: ImportPorts,
  { userId }: Actor,
  reads: readonly Read[],
): Promise<ImportedConversation[]> {
  const importedFrom = reads.flatMap(({ session }) => (session ? [session.importedFrom] : []));
  const here = new Set(await store.scan.importedAmong({ userId, importedFrom }));
  return reads.map(({ shown, session }) =>
    session && here.has(session.importedFrom) ? { ...shown, state: 'already_here' as const } : shown,
  );
}

/** Several at once share the commits that each of their steps waits for. */
function stored(
  ports: ImportPorts,
  actor: Actor,
  reads: readonly Read[],
  origin: 'web' | 'api',
): Promise<ImportedConversation[]> {
  return Promise.all(
    reads.map(async ({ shown, session }) => {
      if (!session) return shown;
      const outcome = await storeImport(ports, actor, session, origin);
      if (outcome === 'gone') throw new AppError('unauthenticated');
      return { ...shown, state: outcome === 'imported' ? ('brought_in' as const) : outcome };
    }),
  );
}

/** @param agentId  whom a conversation goes on with that names no agent of Perdure */
function readOne(text: ConversationText, { clock }: ImportPorts, { userId }: Actor, agentId: string): Read {
  if ('fault' in text) return { shown: refused(`${text.file}: ${text.fault.message}`), session: undefined };
  const shown = refused('');
  try {
    const at = clock.now();
    const recognised = recognise(text.json);
    if ('foreign' in recognised) {
      const { source, title, elsewhere } = recognised.foreign;
      Object.assign(shown, { source, title: title.slice(0, 200), left_out: elsewhere });
    } else Object.assign(shown, { source: 'perdure', title: recognised.own.session.title });
    const placing = { newId, at, agent: { id: agentId, name: '' } };
    const { file, unasked } =
      'foreign' in recognised ? asSessionFile(recognised.foreign, placing) : { file: recognised.own, unasked: 0 };
    if (file.events.length > importLimits.eventsOfSession)
      throw new ImportFault(`It has more than ${importLimits.eventsOfSession.toLocaleString('en-US')} events.`);
    const session = rebuildSession(file, { newId, userId, at });
    const { title, createdAt, messages } = session;
    return {
      shown: {
        ...shown,
        title,
        created_at: createdAt,
        messages,
        left_out: shown.left_out + unasked,
        state: 'comes',
        reason: null,
      },
      session,
    };
  } catch (error) {
    if (!(error instanceof ImportFault)) throw error;
    const title = shown.title || (error.title ?? '').slice(0, 200);
    return { shown: { ...shown, title, reason: error.message }, session: undefined };
  }
}

const refused = (reason: string): ImportedConversation => ({
  source: null,
  title: '',
  created_at: null,
  messages: 0,
  left_out: 0,
  state: 'refused',
  reason,
});

class Tally {
  readonly #isPreview: boolean;
  readonly #named: ImportedConversation[] = [];
  readonly #refused: ImportedConversation[] = [];
  readonly #counts = { comes: 0, brought_in: 0, already_here: 0, refused: 0 };
  #leftOut = 0;

  constructor(isPreview: boolean) {
    this.#isPreview = isPreview;
  }

  add(shown: ImportedConversation): void {
    this.#counts[shown.state] += 1;
    if (shown.state !== 'refused' && shown.state !== 'already_here') this.#leftOut += shown.left_out;
    const named = shown.state === 'refused' ? this.#refused : this.#named;
    if (named.length < maxNamed) named.push(shown);
  }

  answer(): ConversationImport {
    return {
      is_preview: this.#isPreview,
      conversations: [...this.#refused, ...this.#named].slice(0, maxNamed),
      ...this.#counts,
      left_out: this.#leftOut,
    };
  }
}
