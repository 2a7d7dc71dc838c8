import type { Role } from '../../../src/contract/auth.ts';
import { type Corpus, handbookName } from '../../../src/contract/documents.ts';
import type { ModelSettings } from '../../../src/contract/model-endpoints.ts';
import type { SessionRow } from '../../../src/contract/sessions.ts';
import { t } from '../../i18n/translate.ts';
import { inRow } from '../../i18n/in-row.ts';

export type StepId = 'read' | 'model' | 'ask' | 'add' | 'invite';
export type Step = { id: StepId; isDone: boolean; title: string; words: string };

/** What there is; people and endpoints are absent where the person may not know of them. */
export type StepFacts = {
  role: Role;
  corpora: readonly Pick<Corpus, 'name' | 'documents' | 'access'>[];
  sessions: readonly Pick<SessionRow, 'chat_messages'>[];
  people: number | undefined;
  /** Where models are asked, the environment's among them. */
  endpoints: readonly Pick<ModelSettings['endpoints'][number], 'models'>[] | undefined;
};

/** What somebody new does first, by what they may do; each step is done when the server says so, not when it was clicked. */
export function firstSteps({ role, corpora, sessions, people, endpoints }: StepFacts): Step[] {
  const filled = corpora.filter(({ documents }) => documents > 0);
  const ask: Step = {
    id: 'ask',
    isDone: sessions.some(({ chat_messages }) => chat_messages > 0),
    title: t('Ask a question'),
    words: t('Press a number in the answer to see the passage it stands on.'),
  };
  if (role === 'member') {
    const names = inRow(filled.slice(0, 3).map(({ name }) => t('“{name}”', { name })));
    const open =
      filled.length > 3
        ? t('You can ask about {names} and more.', { names })
        : t('You can ask about {names}.', { names });
    const none = t('Nothing is open to you yet. A curator or an administrator can change that.');
    const isDone = filled.length > 0;
    return [{ id: 'read', isDone, title: t('See what there is'), words: isDone ? open : none }, ask];
  }
  const own = filled.some(({ access, name }) => access === 'curate' && name !== handbookName);
  const add: Step = {
    id: 'add',
    isDone: own,
    title: t('Add your team’s documents'),
    words: t('Make a corpus and drop files or a whole folder into it. Until then there is the handbook to ask about.'),
  };
  if (people === undefined || endpoints === undefined) return [ask, add];
  const model: Step = {
    id: 'model',
    isDone: endpoints.some(({ models }) => models.length > 0),
    title: t('Connect a language model'),
    words: t(
      'Add its endpoint, then choose it as the default model. Until then answers are quotes from the documents.',
    ),
  };
  const invite: Step = {
    id: 'invite',
    isDone: people > 1,
    title: t('Let your team in'),
    words: t('Invite people or add them. Who may read which documents is decided by groups.'),
  };
  return [model, ask, add, invite];
}
