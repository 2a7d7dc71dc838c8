export type AgentErrorCode =
  /** The agent asked for tools again and again without ever answering. */
  | 'agent_too_many_steps'
  /** The answer went on beyond the bound of a turn's text. */
  | 'output_too_long'
  /** The author may not use the agent any more. */
  | 'agent_unavailable'
  /** The agent runtime ended without an answer. */
  | 'agent_failed';

const publicMessages: Record<AgentErrorCode, string> = {
  agent_too_many_steps: 'The agent looked things up too often without coming to an answer. Ask a narrower question.',
  output_too_long: 'The answer grew too long and was cut. Ask for less at a time.',
  agent_unavailable: 'You may no longer use this agent. Choose another, or ask an administrator for access.',
  agent_failed: 'The agent failed before it could answer. Try again.',
};

/** Why a turn has no answer though its model did not fail; stored with the turn. The message is fit for the user's eyes. */
export class AgentError extends Error {
  readonly code: AgentErrorCode;

  constructor(code: AgentErrorCode, cause?: unknown) {
    super(publicMessages[code], { cause });
    this.name = 'AgentError';
    this.code = code;
  }
}
