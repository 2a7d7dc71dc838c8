import { main } from './0001-main.ts';
import { leanLog } from './0002-lean-log.ts';
import { groupIndexes } from './0003-group-indexes.ts';
import { auditPersonal } from './0004-audit-personal.ts';
import { apiKeyHint } from './0005-api-key-hint.ts';
import { secondFactors } from './0006-second-factors.ts';
import { oneTimeLinks } from './0007-one-time-links.ts';
import { budgets } from './0008-budgets.ts';
import { erasing } from './0009-erasing.ts';
import { oidc } from './0010-oidc.ts';
import { mail } from './0011-mail.ts';
import { importedSessions } from './0012-imported-sessions.ts';
import { budgetDays } from './0013-budget-days.ts';
import { wordsInMemory } from './0014-words-in-memory.ts';
import { documentAccesses } from './0015-document-accesses.ts';
import { formats } from './0016-formats.ts';
import { webAddresses } from './0017-web-addresses.ts';
import { evaluation } from './0018-evaluation.ts';
import { idsUsedOnce } from './0019-ids-used-once.ts';
import { recycleBin } from './0020-recycle-bin.ts';
import { embedders } from './0021-embedders.ts';
import { documentVersions } from './0022-document-versions.ts';
import { defaultCorpora } from './0023-default-corpora.ts';
import { archivedCorpora } from './0024-archived-corpora.ts';
import { corpusBytes } from './0025-corpus-bytes.ts';
import { originals } from './0026-originals.ts';
import { agentCorpora } from './0027-agent-corpora.ts';
import { documentTags } from './0028-document-tags.ts';
import { storedFiles } from './0029-stored-files.ts';
import { corpusTags } from './0030-corpus-tags.ts';
import { answerFeedback } from './0037-answer-feedback.ts';
import { sessionOrder } from './0039-session-order.ts';
import { nowFacts } from './0041-now.ts';
import { firstText } from './0042-first-text.ts';
import { temporarySessions } from './0043-temporary-sessions.ts';
import { sessionTags } from './0044-session-tags.ts';
import { usage } from './0045-usage.ts';
import { sessionGrants } from './0046-session-grants.ts';
import { sessionVisits } from './0047-session-visits.ts';
import { agentVersions } from './0048-agent-versions.ts';
import { agentDefaults } from './0049-agent-defaults.ts';
import { modelEndpoints } from './0050-model-endpoints.ts';
import { rules } from './0051-rules.ts';
import { messageWords } from './0052-message-words.ts';
import { usageMonths } from './0053-usage-months.ts';
import { wordPacks } from './0054-word-packs.ts';
import type { Migration } from './migration.ts';

/** All migrations, in order. */
export const migrations: readonly Migration[] = [
  main,
  leanLog,
  groupIndexes,
  auditPersonal,
  apiKeyHint,
  secondFactors,
  oneTimeLinks,
  budgets,
  erasing,
  oidc,
  mail,
  importedSessions,
  budgetDays,
  wordsInMemory,
  documentAccesses,
  formats,
  webAddresses,
  evaluation,
  idsUsedOnce,
  recycleBin,
  embedders,
  documentVersions,
  defaultCorpora,
  archivedCorpora,
  corpusBytes,
  originals,
  agentCorpora,
  documentTags,
  storedFiles,
  corpusTags,
  answerFeedback,
  sessionOrder,
  nowFacts,
  firstText,
  temporarySessions,
  sessionTags,
  usage,
  sessionGrants,
  sessionVisits,
  agentVersions,
  agentDefaults,
  modelEndpoints,
  rules,
  messageWords,
  usageMonths,
  wordPacks,
];
