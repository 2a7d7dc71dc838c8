import type { AgentDeps, AgentOutput, AgentRun } from './agent-run.ts';

export type RunAgent = (deps: AgentDeps, run: AgentRun) => AsyncGenerator<AgentOutput>;

/** Loads ADK, at the first call only: its import takes about a second and 60 MB, which the start of the server must not pay.
 *  ADK's own log is turned off: it would print prompts. */
export async function loadRunAgent(): Promise<RunAgent> {
  await loadQuietAdk();
  const { runAgent } = await import('./run-agent.ts');
  return runAgent;
}

/** The same, to read what a model would be sent. */
export async function loadPreviewAgent() {
  await loadQuietAdk();
  const { previewAgent } = await import('./preview-agent.ts');
  return previewAgent;
}

async function loadQuietAdk(): Promise<void> {
  const { setLogger } = await import('./adk.ts');
  setLogger(null);
}
