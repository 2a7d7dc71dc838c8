import { BookOpenText, Bot, List, Search, Wrench } from 'lucide-react';
import type { ToolCallView } from '../../src/contract/fold.ts';
import { useCorpora } from '../knowledge/use-corpora.ts';
import { toolWords } from './tool-words.ts';

const icons: Record<string, typeof Search> = {
  search_corpora: Search,
  list_corpora: List,
  open_passage: BookOpenText,
  ask_agent: Bot,
};

export function ToolLine({ call }: { call: ToolCallView }) {
  const { data: corpora = [] } = useCorpora();
  const nameOf = (corpus: string) => corpora.find(({ id, name }) => id === corpus || name === corpus)?.name ?? corpus;
  const Icon = icons[call.tool] ?? Wrench;
  const waiting = call.isError === undefined;
  return (
    <p className="flex items-start gap-2 text-sm text-muted">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${waiting ? 'animate-pulse text-accent' : 'text-faint'}`} />
      <span className="wrap-anywhere">{toolWords(call, nameOf)}</span>
    </p>
  );
}
