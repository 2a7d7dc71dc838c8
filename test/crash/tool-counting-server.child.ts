import { appendFileSync } from 'node:fs';
import { toolCatalogue } from '../../src/agents/tools/catalogue.ts';
import { agentToolName } from '../../src/contract/agents.ts';

/** The server, but each run of a tool is noted as a line of the file TOOL_RUNS before it does anything. TOOL_IS_REPEATABLE says
 *  whether its tools may run twice; with TOOL_DIES=1 the process is killed inside the first run, after its note. */
const { TOOL_RUNS = '', TOOL_IS_REPEATABLE, TOOL_DIES } = process.env;

for (const name of agentToolName.options) {
  const tool = toolCatalogue[name];
  toolCatalogue[name] = {
    ...tool,
    isRepeatable: TOOL_IS_REPEATABLE === '1',
    run(...args) {
      appendFileSync(TOOL_RUNS, `${name}\n`);
      if (TOOL_DIES === '1') process.kill(process.pid, 'SIGKILL');
      return tool.run(...args);
    },
  };
}
await import('../../src/main.ts');
