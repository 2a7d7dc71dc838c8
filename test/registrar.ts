import type { RunnableAgent } from '../src/agents/runnable-agent.ts';

/** A second agent for servers of tests, which only quotes what it finds. */
export const registrar: RunnableAgent = {
  id: 'registrar',
  name: 'Registrar',
  description: 'Finds old records and says when they were made.',
  instructions: 'You are the registrar of this team. Search, and answer with the date of what you found.',
  tools: ['search_corpora', 'list_corpora', 'open_passage'],
};

/** What a server with it is started as. */
export const withRegistrar = { program: new URL('./registrar-server.child.ts', import.meta.url) };
