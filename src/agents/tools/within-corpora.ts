import type { Corpus } from '../../contract/documents.ts';
import type { ToolRun } from './agent-tool.ts';

/** The corpora this turn may look into: what its author may read, within those chosen for the turn. */
export async function corporaOfTurn(run: ToolRun): Promise<Corpus[]> {
  const readable = await run.knowledge.listCorpora(run.actor);
  return run.corpora.length === 0 ? readable : readable.filter((corpus) => isNamed(corpus, run.corpora));
}

/** Those of the corpora that are named, by id or by name in either case. Pure. */
export function onlyNamed(corpora: Corpus[], names: readonly string[]): Corpus[] {
  return corpora.filter((corpus) => isNamed(corpus, names));
}

function isNamed(corpus: Corpus, names: readonly string[]): boolean {
  return names.some((name) => name === corpus.id || name.trim().toLowerCase() === corpus.name.toLowerCase());
}
