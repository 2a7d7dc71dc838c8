import { type AgentDefinition, limitBounds, maxAgentCorpora, maxInstructions } from '../../../src/contract/agents.ts';
import { t } from '../../i18n/translate.ts';

/** Why an agent cannot be saved or tried out yet, in words; undefined when it can. Pure but for the language.
 *  @param isOnlySome  whether it is to begin with some corpora and not with all */
export function whatIsMissing(definition: AgentDefinition, isOnlySome: boolean): string | undefined {
  const { name, instructions, corpora, max_steps: steps, max_answer_chars: chars } = definition;
  if (name.trim() === '') return t('Give it a name.');
  if (instructions.trim() === '') return t('Write its instructions.');
  if (instructions.length > maxInstructions) {
    return t('The instructions are {count, number} characters too long.', {
      count: instructions.length - maxInstructions,
    });
  }
  if (isOnlySome && corpora.length === 0) return t('Choose a corpus, or all.');
  if (corpora.length > maxAgentCorpora) return t('Choose at most {max} corpora.', { max: maxAgentCorpora });
  if (outside(limitBounds.max_steps, steps)) {
    return t('Model calls of a turn: {min} to {max}.', limitBounds.max_steps);
  }
  if (outside(limitBounds.max_answer_chars, chars)) {
    return t('The longest answer: {min} to {max, number} characters.', limitBounds.max_answer_chars);
  }
  return undefined;
}

const outside = ({ min, max }: { min: number; max: number }, value: number) =>
  !Number.isInteger(value) || value < min || value > max;
