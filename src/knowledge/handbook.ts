import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { byServer } from '../contract/audit.ts';
import { handbookName } from '../contract/documents.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';
import { takeIn } from './upload-document.ts';

const handbookDescription = 'How to use and to run Perdure. It came with the program.';
const settingKey = 'knowledge.handbook';

/** Imports the product's own documentation once in the life of a store, so that there is something to ask from the first minute.
 *  Cut short, it goes on at the next start; deleted by a person, it does not come back. */
export async function importHandbook(
  ports: Pick<KnowledgePorts, 'store' | 'clock' | 'log' | 'files' | 'maxDocumentBytes'>,
  folder: string,
): Promise<void> {
  const { store, clock, log } = ports;
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.md')).toSorted();
  if (names.length === 0) return;
  const { corpusId, isImported } = await store.write.startHandbook({
    settingKey,
    corpusId: newId(),
    name: handbookName,
    description: handbookDescription,
    at: clock.now(),
  });
  if (isImported) return;
  try {
    for (const name of names) {
      const body = createReadStream(join(folder, name));
      await takeIn(ports, byServer, { corpusId, filename: name, body });
    }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
  }
  await store.write.putSetting({
    key: settingKey,
    value: { corpusId, isImported: true },
    at: clock.now(),
    by: byServer,
  });
  log.info('handbook_imported', { corpusId, documents: names.length });
}
