import { type AgentDefinition, limitBounds, maxAgentCorpora, maxInstructions } from '../../../src/contract/agents.ts';

/** Why an agent cannot be saved or tried out yet, in words; undefined when it can. Pure but for the language.
 *  @param isOnlySome  whether it is to begin with some corpora and not with all */
export function whatIsMissing(definition: AgentDefinition, isOnlySome: boolean): string | undefined {
  const { name, instructions, corpora, max_steps: steps, max_answer_chars: chars } = definition;
  if (name.trim() === '') return 'Give it a name.';
  if (instructions.trim() === '') return 'Write its instructions.';
  if (instructions.length > maxInstructions) {
    return `The instructions are ${(instructions.length - maxInstructions).toLocaleString()} characters too long.`;
  }
  if (isOnlySome && corpora.length === 0) return 'Choose a corpus, or all.';
  if (corpora.length > maxAgentCorpora) return `Choose at most ${maxAgentCorpora} corpora.`;
  if (outside(limitBounds.max_steps, steps)) {
    return `Model calls of a turn: ${limitBounds.max_steps.min} to ${limitBounds.max_steps.max}.`;
  }
  const { min, max } = limitBounds.max_answer_chars;
  if (outside(limitBounds.max_answer_chars, chars)) {
    return `The longest answer: ${min} to ${max.toLocaleString()} characters.`;
  }
  return undefined;
}

const outside = ({ min, max }: { min: number; max: number }, value: number) =>
  !Number.isInteger(value) || value < min || value > max;
