import { structuredPatch } from 'diff';
import type { AgentDefinition } from '../../../src/contract/agents.ts';
import { inRow } from '../../i18n/in-row.ts';
import { t } from '../../i18n/translate.ts';

/** A field that differs, each value in words. */
export type FieldChange = { field: string; was: string; is: string };
/** A line of instructions; `gap` stands for lines between that are alike. */
export type InstructionLine = { kind: 'same' | 'added' | 'removed' | 'gap'; text: string };

/** What differs between two versions: the fields by their values, the instructions line by line with some lines around. Pure but for the language.
 *  @param nameOf  what a corpus and an agent are called, by their ids; undefined for one that is not there any more */
export function definitionChanges(
  was: AgentDefinition,
  is: AgentDefinition,
  nameOf: { corpus: NameOf; agent: NameOf },
): { fields: FieldChange[]; instructions: InstructionLine[] } {
  const words = wordsOf(nameOf);
  const fields = words.flatMap(([field, toWords]) => {
    const change = { field, was: toWords(was), is: toWords(is) };
    return change.was === change.is ? [] : [change];
  });
  return { fields, instructions: changedLines(was.instructions, is.instructions) };
}

const linesAround = 3;

function changedLines(was: string, is: string): InstructionLine[] {
  if (was === is) return [];
  const { hunks } = structuredPatch('', '', `${was}\n`, `${is}\n`, undefined, undefined, { context: linesAround });
  return hunks.flatMap(({ lines, oldStart }, index): InstructionLine[] => [
    ...(index > 0 || oldStart > 1 ? [{ kind: 'gap' as const, text: '' }] : []),
    ...lines.filter((line) => !line.startsWith('\\')).map(toLine),
  ]);
}

function toLine(line: string): InstructionLine {
  const kind = line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : 'same';
  return { kind, text: line.slice(1) };
}

type NameOf = (id: string) => string | undefined;

function wordsOf(nameOf: {
  corpus: NameOf;
  agent: NameOf;
}): [field: string, toWords: (definition: AgentDefinition) => string][] {
  return [
    [t('Name'), ({ name }) => name],
    [t('Description'), ({ description }) => description || t('none', {}, 'description')],
    [t('Tools'), ({ tools }) => inRow(tools.toSorted()) || t('none', {}, 'tools')],
    [t('Corpora'), ({ corpora }) => corporaWords(corpora, nameOf.corpus)],
    [t('Agents it may ask'), ({ sub_agents = [] }) => agentsWords(sub_agents, nameOf.agent)],
    [t('Model'), ({ model }) => model || t('the default', {}, 'model')],
    [t('Most model calls'), ({ max_steps }) => String(max_steps)],
    [t('Longest answer'), ({ max_answer_chars: chars }) => t('{chars, number} characters', { chars })],
  ];
}

function agentsWords(agents: readonly string[], nameOf: NameOf): string {
  if (agents.length === 0) return t('none', {}, 'agents');
  return inRow(agents.map((id) => nameOf(id) ?? t('one that is deleted', {}, 'agent')).toSorted());
}

function corporaWords(corpora: readonly string[], nameOf: NameOf): string {
  if (corpora.length === 0) return t('all', {}, 'corpora');
  return inRow(corpora.map((id) => nameOf(id) ?? t('one that is deleted', {}, 'corpus')).toSorted());
}
