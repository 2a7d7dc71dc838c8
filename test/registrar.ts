import { newAgent } from './agents.ts';
import type { Person } from './given.ts';

/** A second agent, which only quotes what it finds. Everybody may use it until an administrator takes it away. */
export const newRegistrar = (admin: Person) =>
  newAgent(admin, {
    name: 'Registrar',
    description: 'Finds old records and says when they were made.',
    instructions: 'You are the registrar of this team. Search, and answer with the date of what you found.',
    tools: ['search_corpora', 'list_corpora', 'open_passage'],
  });
