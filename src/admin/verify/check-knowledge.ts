import { storableText } from '../../store/json.ts';
import type { VerifyDocument, VerifyReads } from '../../store/queries/verify.ts';
import type { Checks } from './checks.ts';

const documentsPage = 200;
const passagesPage = 2_000;

/** Walks documents with their passages (I7): a passage is exactly what stands at its place in its version's text, and a document that
 *  can be searched has all of them. Holds one document's text at a time. */
export async function checkKnowledge(read: VerifyReads, checks: Checks): Promise<void> {
  let after = '';
  for (;;) {
    const documents = await read.documentsFrom({ after, limit: documentsPage });
    for (const document of documents) await checkDocument(read, checks, document);
    const last = documents.at(-1);
    if (!last) return;
    after = last.id;
  }
}

async function checkDocument(read: VerifyReads, checks: Checks, document: VerifyDocument): Promise<void> {
  const { I7, I8 } = checks;
  const where = `document ${document.id}`;
  const text = await read.versionText({ documentId: document.id, version: document.version });
  const { isPurged, place } = placeOf(document);
  const isRead = !isPurged && document.state === 'ready';
  I7.see(`documents${place}`);
  if (isRead && text === undefined) I7.breach(`${where}: the text of version ${document.version} is missing`);
  const texts = new Map([[document.version, text]]);
  let [count, older] = [0, 0];
  for (let after = 0; ; ) {
    const page = await read.passagesFrom({ documentId: document.id, after, limit: passagesPage });
    for (const passage of page) {
      if (passage.version === document.version || isPurged) count += 1;
      else older += 1;
      const which = `${where} passage ${passage.passage_id}`;
      if (isPurged) continue;
      if (!texts.has(passage.version)) {
        texts.clear();
        const { version } = passage;
        texts.set(version, await read.versionText({ documentId: document.id, version }));
      }
      const its = texts.get(passage.version);
      if (its !== undefined && storableText(its.slice(passage.start_offset, passage.end_offset)) !== passage.text) {
        I7.breach(`${which}: it is not what stands at its place in the text`);
      }
    }
    const last = page.at(-1);
    if (!last || page.length < passagesPage) break;
    after = last.rowid;
  }
  I7.see(`passages${place}`, count);
  if (older > 0) I7.see('passages of other versions', older);
  if (isRead) I8.see('documents counted');
  if (isRead && count !== document.passage_count) {
    I8.breach(`${where}: passage_count is ${document.passage_count}, passages are ${count}`);
  }
  // A purged document keeps its count until its last passage is swept: with 0 nobody would sweep them.
  if (isPurged && document.passage_count === 0 && count > 0) {
    I7.breach(`${where}: purged and cleared, yet passages are left`);
  }
}

function placeOf({ deleted_at, purged_at }: VerifyDocument): { isPurged: boolean; place: string } {
  if (purged_at !== null) return { isPurged: true, place: ' purged' };
  return { isPurged: false, place: deleted_at === null ? '' : ' in the bin' };
}
