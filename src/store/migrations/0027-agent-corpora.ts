import type { Migration } from './migration.ts';

/** The corpora that sessions with an agent begin with, where the person has no choice of their own. */
export const agentCorpora: Migration = {
  id: 27,
  name: 'agent-corpora',
  statements: () => [`alter table agents add column default_corpora text not null default '[]'`],
};
