import type { Role } from '../../../src/contract/auth.ts';
import { type Corpus, handbookName } from '../../../src/contract/documents.ts';
import type { SessionRow } from '../../../src/contract/sessions.ts';

export type StepId = 'read' | 'ask' | 'add' | 'invite';
export type Step = { id: StepId; isDone: boolean; title: string; words: string };

/** What there is; a count is absent where the person may not know it. */
export type StepFacts = {
  role: Role;
  corpora: readonly Pick<Corpus, 'name' | 'documents' | 'access'>[];
  sessions: readonly Pick<SessionRow, 'chat_messages'>[];
  people: number | undefined;
};

/** What somebody new does first, by what they may do; each step is done when the server says so, not when it was clicked. */
export function firstSteps({ role, corpora, sessions, people }: StepFacts): Step[] {
  const filled = corpora.filter(({ documents }) => documents > 0);
  const ask: Step = {
    id: 'ask',
    isDone: sessions.some(({ chat_messages }) => chat_messages > 0),
    title: 'Ask a question',
    words: 'Press a number in the answer to see the passage it stands on.',
  };
  if (role === 'member') {
    const names = filled.slice(0, 3).map(({ name }) => `“${name}”`);
    const rest = filled.length > names.length ? ' and more' : '';
    const open = `You can ask about ${names.join(', ')}${rest}.`;
    const none = 'Nothing is open to you yet. A curator or an administrator can change that.';
    const isDone = filled.length > 0;
    return [{ id: 'read', isDone, title: 'See what there is', words: isDone ? open : none }, ask];
  }
  const own = filled.some(({ access, name }) => access === 'curate' && name !== handbookName);
  const add: Step = {
    id: 'add',
    isDone: own,
    title: 'Add your team’s documents',
    words: 'Make a corpus and drop files or a whole folder into it. Until then there is the handbook to ask about.',
  };
  if (people === undefined) return [ask, add];
  const invite: Step = {
    id: 'invite',
    isDone: people > 1,
    title: 'Let your team in',
    words: 'Invite people or add them. Who may read which documents is decided by groups.',
  };
  return [ask, add, invite];
}
