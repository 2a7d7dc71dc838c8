import { accountRows } from './account-rows.ts';
import { agentRows } from './agent-rows.ts';
import { agentUseRows } from './agent-use-rows.ts';
import { branchRows } from './branch-rows.ts';
import { brandingRows } from './branding-rows.ts';
import { budgetRows } from './budget-rows.ts';
import { claimRows } from './claim-rows.ts';
import { commandRows } from './command-rows.ts';
import { corpusAccessRows } from './corpus-access-rows.ts';
import { counterRows } from './counter-rows.ts';
import { feedbackRows } from './feedback-rows.ts';
import { forkRows } from './fork-rows.ts';
import { groupRows } from './group-rows.ts';
import { importRows } from './import-rows.ts';
import { journalRows } from './journal-rows.ts';
import { holdRows } from './hold-rows.ts';
import { listRows } from './list-rows.ts';
import { logRows } from './log-rows.ts';
import { mailRows } from './mail-rows.ts';
import { messageSearchRows } from './message-search-rows.ts';
import { wordPackRows } from './word-pack-rows.ts';
import { modelEndpointRows } from './model-endpoint-rows.ts';
import { nowRows } from './now-rows.ts';
import { oidcRows } from './oidc-rows.ts';
import { processRows } from './process-rows.ts';
import type { Row } from './row.ts';
import { retentionRows } from './retention-rows.ts';
import { sessionBinRows } from './session-bin-rows.ts';
import { sharingRows } from './sharing-rows.ts';
import { tagRows } from './tag-rows.ts';
import { textRows } from './text-rows.ts';
import { usageMonthRows } from './usage-month-rows.ts';
import { usageRows } from './usage-rows.ts';

/** The suite: every row, by what it is about. */
export const allRows: Readonly<Record<string, readonly Row[]>> = {
  commands: commandRows,
  accounts: accountRows,
  'single sign-on': oidcRows,
  mail: mailRows,
  groups: groupRows,
  'access to corpora': corpusAccessRows,
  agents: agentRows,
  'use of agents': agentUseRows,
  log: logRows,
  claims: claimRows,
  branches: branchRows,
  feedback: feedbackRows,
  budgets: budgetRows,
  forks: forkRows,
  journal: journalRows,
  tags: tagRows,
  text: textRows,
  counters: counterRows,
  lists: listRows,
  'bin of sessions': sessionBinRows,
  retention: retentionRows,
  'legal holds': holdRows,
  sharing: sharingRows,
  imports: importRows,
  now: nowRows,
  'search in messages': messageSearchRows,
  'words of many sessions': wordPackRows,
  'model endpoints': modelEndpointRows,
  branding: brandingRows,
  usage: usageRows,
  'use in months': usageMonthRows,
  processes: processRows,
};
