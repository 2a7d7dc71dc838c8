import type { AgentVersion, AgentVersionDetail } from '../contract/agents.ts';
import { AppError } from '../errors.ts';
import type { AgentVersionRecord } from '../store/queries/agent-versions.ts';
import type { Store } from '../store/store.ts';

const pageSize = 50;

/** The versions of an agent, newest first, a page at a time.
 *  @throws AppError not_found */
export async function listAgentVersions(
  { store }: { store: Store },
  agentId: string,
  before?: number,
): Promise<{ versions: AgentVersion[]; next_before: number | null }> {
  const args = { agentId, limit: pageSize + 1, ...(before !== undefined && { before }) };
  const records = await store.scan.agentVersions(args);
  if (!records) throw new AppError('not_found');
  const page = records.slice(0, pageSize);
  const next = records.length > pageSize ? page.at(-1)?.version : undefined;
  return { versions: page.map(toVersion), next_before: next ?? null };
}

/** One version with all that the agent was; without a number, the newest.
 *  @throws AppError not_found */
export async function getAgentVersion(
  { store }: { store: Store },
  agentId: string,
  version?: number,
): Promise<AgentVersionDetail> {
  const record = await store.read.agentVersionOf({ agentId, ...(version !== undefined && { version }) });
  if (!record) throw new AppError('not_found');
  return { ...toVersion(record), definition: record.definition };
}

function toVersion({ version, note, is_delivered, created_by, maker, created_at }: AgentVersionRecord): AgentVersion {
  return {
    version,
    note,
    is_delivered: is_delivered === 1,
    made_by: created_by !== null && maker !== null ? { id: created_by, name: maker } : null,
    created_at,
  };
}
