import { type Actor, byOf } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import type { Corpus } from '../contract/documents.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { CorpusAccess } from '../store/queries/access.ts';
import type { CorpusRecord } from '../store/queries/knowledge.ts';
import { readableCorpora, requireCorpus, searchableCorpora } from './corpus-rights.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';
import { writtenTag } from './written-tag.ts';

type Ports = Pick<KnowledgePorts, 'store' | 'clock'>;

/** Makes a corpus that everyone may read until its grants say otherwise.
 *  @throws AppError forbidden, name_taken */
export async function createCorpus(
  ports: Ports,
  actor: Actor,
  input: { name: string; description?: string | undefined },
): Promise<Corpus> {
  if (!authorize(actor, 'corpus.create')) throw new AppError('forbidden');
  const id = newId();
  const outcome = await ports.store.write.createCorpus({
    id,
    name: input.name,
    description: input.description ?? '',
    ownerUserId: actor.userId,
    at: ports.clock.now(),
    by: byOf(actor),
  });
  if (outcome === 'name_taken') throw nameTaken(input.name);
  return getCorpus(ports, actor, id);
}

/** The corpora the actor may read, by name, archived ones too. */
export async function listCorpora(ports: Pick<Ports, 'store'>, actor: Actor): Promise<Corpus[]> {
  const { corpora } = await readableCorpora(ports, actor);
  return withRecords(ports, corpora);
}

/** Those of them that are not archived. */
export async function listSearchableCorpora(ports: Pick<Ports, 'store'>, actor: Actor): Promise<Corpus[]> {
  const { corpora } = await searchableCorpora(ports, actor);
  return withRecords(ports, corpora);
}

async function withRecords(ports: Pick<Ports, 'store'>, corpora: readonly CorpusAccess[]): Promise<Corpus[]> {
  const records = await ports.store.read.corporaAmong({ ids: corpora.map((each) => each.id) });
  const levels = new Map(corpora.map((each) => [each.id, each.level]));
  return records.flatMap((record) => {
    const level = levels.get(record.id);
    return level === undefined ? [] : [toCorpus(record, level)];
  });
}

/** @throws AppError not_found */
export async function getCorpus(ports: Pick<Ports, 'store'>, actor: Actor, corpusId: string): Promise<Corpus> {
  const access = await requireCorpus(ports, actor, corpusId, 'corpus.read');
  const [record] = await ports.store.read.corporaAmong({ ids: [corpusId] });
  if (!record) throw new AppError('not_found');
  return toCorpus(record, access.level);
}

/** @throws AppError not_found, forbidden, name_taken */
export async function updateCorpus(
  ports: Ports,
  actor: Actor,
  corpusId: string,
  input: {
    name?: string | undefined;
    description?: string | undefined;
    archived?: boolean | undefined;
    tags?: readonly string[] | undefined;
  },
): Promise<Corpus> {
  await requireCorpus(ports, actor, corpusId, 'corpus.curate');
  const outcome = await ports.store.write.updateCorpus({
    id: corpusId,
    at: ports.clock.now(),
    by: byOf(actor),
    ...(input.name !== undefined && { name: input.name }),
    ...(input.description !== undefined && { description: input.description }),
    ...(input.archived !== undefined && { archived: input.archived }),
    ...(input.tags !== undefined && { tags: input.tags.map(writtenTag) }),
  });
  if (outcome === 'name_taken') throw nameTaken(input.name ?? '');
  if (outcome === 'not_found') throw new AppError('not_found');
  return getCorpus(ports, actor, corpusId);
}

/** Gives a corpus to another owner; its owner and administrators may. Who gave it away curates it no longer, unless a group or their role says so.
 *  @throws AppError not_found, forbidden, bad_request */
export async function giveCorpus(ports: Ports, actor: Actor, corpusId: string, username: string): Promise<void> {
  await requireCorpus(ports, actor, corpusId, 'corpus.curate');
  const at = ports.clock.now();
  const outcome = await ports.store.write.giveCorpus({ id: corpusId, username, at, by: byOf(actor) });
  if (outcome === 'not_found') throw new AppError('not_found');
  if (outcome === 'no_such_curator') {
    const detail = `No active curator or administrator is called “${username.slice(0, 64)}”.`;
    throw new AppError('bad_request', { detail });
  }
}

/** Puts a corpus into the recycle bin: nothing in it can be reached once this resolves.
 *  @throws AppError not_found, forbidden */
export async function deleteCorpus(ports: Ports, actor: Actor, corpusId: string): Promise<void> {
  await requireCorpus(ports, actor, corpusId, 'corpus.curate');
  await ports.store.write.deleteCorpus({ id: corpusId, at: ports.clock.now(), by: byOf(actor) });
}

function toCorpus(record: CorpusRecord, level: CorpusAccess['level']): Corpus {
  return {
    id: record.id,
    name: record.name,
    description: record.description,
    owner_username: record.owner_username ?? '',
    documents: record.document_count,
    passages: record.passage_count,
    bytes: record.bytes,
    tags: JSON.parse(record.tags) as string[],
    archived_at: record.archived_at,
    created_at: record.created_at,
    updated_at: record.updated_at,
    access: level,
  };
}

export function nameTaken(name: string): AppError {
  return new AppError('name_taken', { detail: `There is a corpus named “${name}” already. Choose another name.` });
}
