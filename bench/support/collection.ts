import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const id = z.union([z.string(), z.number()]).transform(String);
const documentLine = z.object({ id, title: z.string().default(''), text: z.string() });
const questionLine = z.object({ id, text: z.string() });
const judgementLine = z.object({ qid: id, did: id, rel: z.number() });

export type CollectionDocument = z.infer<typeof documentLine>;
/** `gains` are its relevant documents by id, each with how much it is worth, over 0. */
export type JudgedQuestion = { id: string; text: string; gains: ReadonlyMap<string, number> };
export type Collection = { documents: CollectionDocument[]; questions: JudgedQuestion[] };

/** Reads a folder with `docs.jsonl {id, title, text}`, `queries.jsonl {id, text}` and `qrels.jsonl {qid, did, rel}`. Questions for which
 *  no document is relevant are left out. */
export function readCollection(folder: string): Collection {
  const gainsOf = new Map<string, Map<string, number>>();
  for (const { qid, did, rel } of readLines(folder, 'qrels.jsonl', judgementLine)) {
    if (rel <= 0) continue;
    const gains = gainsOf.get(qid) ?? new Map<string, number>();
    gainsOf.set(qid, gains.set(did, Math.max(rel, gains.get(did) ?? 0)));
  }
  const questions = readLines(folder, 'queries.jsonl', questionLine).flatMap((question) => {
    const gains = gainsOf.get(question.id);
    return gains ? [{ ...question, gains }] : [];
  });
  return { documents: readLines(folder, 'docs.jsonl', documentLine), questions };
}

function readLines<Line>(folder: string, file: string, schema: z.ZodType<Line>): Line[] {
  const lines = readFileSync(join(folder, file), 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => schema.parse(JSON.parse(line)));
}
