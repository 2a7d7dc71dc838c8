import { t } from '../../i18n/translate.ts';

export type CollectionLines = { queries: unknown[]; qrels: unknown[] };

/** What the lines of `queries.jsonl` and `qrels.jsonl` say, told apart by their fields, in one file or several; or the first line that is
 *  neither, in words. Pure. */
export function readCollection(texts: readonly string[]): CollectionLines | { fault: string } {
  const queries: unknown[] = [];
  const qrels: unknown[] = [];
  for (const text of texts) {
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (line.trim() === '') continue;
      const value = parsed(line);
      if (isQuery(value)) queries.push({ id: String(value.id), text: value.text });
      else if (isJudgement(value)) qrels.push({ qid: String(value.qid), did: String(value.did), rel: value.rel });
      else return { fault: faultOf(index + 1) };
    }
  }
  return { queries, qrels };
}

const faultOf = (line: number) =>
  t("Line {line} is neither a question '{id, text}' nor a judgement '{qid, did, rel}'.", { line });

type Id = string | number;

function isQuery(value: unknown): value is { id: Id; text: string } {
  return isObject(value) && isId(value['id']) && typeof value['text'] === 'string';
}

function isJudgement(value: unknown): value is { qid: Id; did: Id; rel: number } {
  return isObject(value) && isId(value['qid']) && isId(value['did']) && typeof value['rel'] === 'number';
}

const isId = (value: unknown): value is Id => typeof value === 'string' || typeof value === 'number';
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
