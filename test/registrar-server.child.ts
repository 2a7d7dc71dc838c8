import { builtInAgents } from '../src/agents/catalogue.ts';
import { registrar } from './registrar.ts';

/** The server, with one more agent that everybody may use until an administrator takes it away. */
(builtInAgents as Map<string, typeof registrar>).set(registrar.id, registrar);
await import('../src/main.ts');
