import { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { ImportAnswer } from '../contract/personal-data.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { ZipEntry } from '../knowledge/ingest/zip-directory.ts';
import type { ZipFile } from '../knowledge/ingest/zip-file.ts';
import { asRefusal } from './as-refusal.ts';
import { ImportFault } from './import-fault.ts';
import { importLimits } from './import-limits.ts';
import { type RebuiltSession, rebuildSession } from './rebuild-session.ts';
import { type ImportPorts, withReceived } from './receive-import.ts';
import { readSessionFile } from './session-file.ts';
import { storeImport } from './store-import.ts';
import { openZipArchive } from './zip-archive.ts';

/** What an account's export of this version and of earlier ones says it is. */
export const exportFormat = 'perdure-account-1';

const maxAccountBytes = 8 * 2 ** 20;
const maxRefusals = 50;
/** A file that packs better than text can only matter when it is large. */
const ratioFromBytes = 4 * 2 ** 20;
const sessionName = /^sessions\/[^/]{1,200}\.json$/;
const documentName = /^documents\/[^/]{1,200}\.json$/;

/** Makes the sessions of an export again for whoever brings it, each of them seen whole or not at all. The archive is looked at before anything of it is
 *  stored; a session that cannot be brought back is named with the reason, and the others come. Doing it again brings back what is
 *  missing.
 *  @throws AppError not_an_export, bad_request (no body), too_large, too_many_requests (one is under way), unauthenticated (the sign-in ended) */
export function importAccount(ports: ImportPorts, underWay: Set<string>) {
  return async (
    actor: Actor,
    input: { body: AsyncIterable<Uint8Array> | null; origin: 'web' | 'api'; signal: AbortSignal },
  ): Promise<ImportAnswer> => {
    const tooLarge = 'Take the folder documents out of it and try again: documents are not brought back.';
    return withReceived(ports, underWay, actor, { ...input, tooLarge }, (path) =>
      importArchive(ports, actor, path, input),
    );
  };
}

async function importArchive(
  ports: ImportPorts,
  actor: Actor,
  path: string,
  { origin, signal }: { origin: 'web' | 'api'; signal: AbortSignal },
): Promise<ImportAnswer> {
  const archive = await openArchive(path);
  try {
    const sessions = await checkedSessions(archive);
    const answer: ImportAnswer = {
      brought_back: 0,
      in_bin: 0,
      already_here: 0,
      refused: [],
      refused_in_all: 0,
      documents: archive.entries.filter(({ name }) => documentName.test(name)).length,
    };
    for (const entry of sessions) {
      if (signal.aborted)
        throw new AppError('bad_request', { detail: 'The request was given up. Nothing is half done.' });
      if (!(await ports.isLive(actor))) throw new AppError('unauthenticated');
      await importOne(ports, actor, { archive, entry, origin }, answer);
    }
    ports.log.info('imported', { sessions: answer.brought_back, refused: answer.refused_in_all });
    return answer;
  } finally {
    await archive.close();
  }
}

async function importOne(
  { store, clock }: ImportPorts,
  actor: Actor,
  { archive, entry, origin }: { archive: ZipFile; entry: ZipEntry; origin: 'web' | 'api' },
  answer: ImportAnswer,
): Promise<void> {
  let session: RebuiltSession;
  try {
    const file = await readSessionFile(archive.read(checkedSize(entry)), importLimits);
    session = rebuildSession(file, { newId, userId: actor.userId, at: clock.now() });
  } catch (error) {
    if (!(error instanceof ImportFault)) throw error;
    answer.refused_in_all += 1;
    if (answer.refused.length < maxRefusals) answer.refused.push({ file: entry.name, reason: error.message });
    return;
  }
  const outcome = await storeImport({ store, clock }, actor, session, origin);
  if (outcome === 'gone') throw new AppError('unauthenticated');
  if (outcome === 'already_here') answer.already_here += 1;
  else if (session.deletedAt === null) answer.brought_back += 1;
  else answer.in_bin += 1;
}

async function openArchive(path: string): Promise<ZipFile> {
  return asRefusal(() => openZipArchive(path, { files: importLimits.files }));
}

/** The session files of an archive that is an export and keeps to the limits as a whole.
 *  @throws AppError not_an_export */
async function checkedSessions(archive: ZipFile): Promise<ZipEntry[]> {
  return asRefusal(async () => {
    const names = new Set(archive.entries.map(({ name }) => name));
    if (names.size < archive.entries.length) throw new ImportFault('Two files of the archive have one name.');
    const account = archive.entries.find(({ name }) => name === 'account.json');
    if (!account || account.unpackedBytes > maxAccountBytes)
      throw new ImportFault(
        'This is no export of Perdure: account.json is missing. Choose the file that “Download my data” gave you.',
      );
    const format = await formatOf(archive, account);
    if (format !== exportFormat)
      throw new ImportFault(
        `This export is of the format ${format.slice(0, 60)}; this server reads ${exportFormat}. Ask an administrator for a newer version of Perdure.`,
      );
    const sessions = archive.entries.filter(({ name }) => sessionName.test(name));
    const { sessions: maxSessions, unpackedBytes } = importLimits;
    if (sessions.length > maxSessions)
      throw new ImportFault(`The archive has more than ${maxSessions.toLocaleString('en-US')} sessions.`);
    if (sessions.reduce((sum, entry) => sum + entry.unpackedBytes, 0) > unpackedBytes)
      throw new ImportFault(`The sessions in the archive unpack to more than ${unpackedBytes / 2 ** 30} GiB.`);
    return sessions;
  });
}

const accountFormat = z.looseObject({ format: z.string() });

async function formatOf(archive: ZipFile, entry: ZipEntry): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive.read(entry)) chunks.push(chunk);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new ImportFault('account.json in the archive cannot be read.');
  }
  const account = accountFormat.safeParse(value);
  if (!account.success) throw new ImportFault('account.json in the archive is not that of an export.');
  return account.data.format;
}

function checkedSize(entry: ZipEntry): ZipEntry {
  const { sessionBytes, ratio } = importLimits;
  if (entry.unpackedBytes > sessionBytes)
    throw new ImportFault(`It unpacks to more than ${sessionBytes / 2 ** 20} MiB.`);
  if (entry.unpackedBytes > ratioFromBytes && entry.unpackedBytes > entry.packedBytes * ratio)
    throw new ImportFault('It unpacks to far more than text does.');
  return entry;
}
