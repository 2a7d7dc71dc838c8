import {
  type Corpus,
  corpus as corpusShape,
  type Document,
  document as documentShape,
  documentText,
  uploadAnswer,
} from '../src/contract/documents.ts';
import { answered } from './client.ts';
import type { Person } from './given.ts';
import { patientMs, waitFor } from './wait-for.ts';

export async function newCorpus(person: Person, name: string): Promise<Corpus> {
  return answered(await person.client.post('/api/corpora', { name }), 201, corpusShape);
}

/** Uploads a file; gives the document's id. */
export async function upload(
  person: Person,
  corpusId: string,
  filename: string,
  body: string | Uint8Array,
): Promise<string> {
  const path = `/api/corpora/${corpusId}/documents?filename=${encodeURIComponent(filename)}`;
  return answered(await person.client.call('POST', path, { body }), 202, uploadAnswer).document_id;
}

/** Waits until a document was read, one way or the other. */
export async function untilRead(person: Person, documentId: string, withinMs = patientMs): Promise<Document> {
  const read = async () => {
    const document = answered(await person.client.get(`/api/documents/${documentId}`), 200, documentShape);
    return (document.state === 'ready' || document.state === 'failed') && document;
  };
  return waitFor(`document ${documentId} read`, read, withinMs);
}

export async function textOf(person: Person, documentId: string, version: number): Promise<string> {
  const reply = await person.client.get(`/api/documents/${documentId}/text?version=${version}`);
  return answered(reply, 200, documentText).text;
}
