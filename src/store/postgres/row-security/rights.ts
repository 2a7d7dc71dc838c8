import { userSetting } from './roles.ts';

/** What the roles see of a table. The worker has all rows of every table; whoever is not named here has none. */
export type Rights = {
  member?: Sight;
  facts?: Omit<Sight, 'rows'>;
};

type Sight = {
  /** SQL of which rows. In it other tables show what the same role may see of them. */
  rows: string;
  /** Columns that are not shown. */
  without?: readonly string[];
};

/** Null while nobody is set, and equal to nothing then. Asked once a statement. */
const me = `(select nullif(current_setting('${userSetting}', true), ''))`;

const mine = (table: string) => ({ rows: `${table}.user_id = ${me}` });
/** Whoever sees a session sees what is of it. */
const ofSession = (table: string) => ({
  rows: `exists (select from user_sessions s where s.session_id = ${table}.session_id)`,
});
const ofTurn = (table: string) => ({ rows: `exists (select from turns t where t.turn_id = ${table}.turn_id)` });
const ofCorpus = (table: string) => ({ rows: `exists (select from corpora c where c.id = ${table}.corpus_id)` });
const ofDocument = (table: string) => ({ rows: `exists (select from documents d where d.id = ${table}.document_id)` });
const ofGroup = (column: string) =>
  `exists (select from group_members m where m.group_id = ${column} and m.user_id = ${me})`;
const budgetOf = (table: string) =>
  `(${table}.kind = 'user' and ${table}.subject_id = ${me}) or (${table}.kind = 'group' and ${ofGroup(`${table}.subject_id`)})`;

/** Where their originals are, and what is said of what they hold. */
const unreadOfDocuments = ['file_key', 'sha256', 'address', 'final_address', 'notices'];

/** Where the steps of the schema are noted: no row of it is a person's. */
export const ledger = 'schema_migrations';

/** Every other table of the store; row security is forced on each. */
export const rights: Readonly<Record<string, Rights>> = {
  users: {
    member: { rows: `users.id = ${me}`, without: ['password_hash'] },
    facts: { without: ['password_hash', 'default_corpora', 'dismissed_announcement'] },
  },
  login_tokens: { member: { ...mine('login_tokens'), without: ['token_hash'] } },
  second_factors: {
    member: { ...mine('second_factors'), without: ['secret', 'last_step'] },
    facts: { without: ['secret', 'last_step'] },
  },
  oidc_identities: { member: mine('oidc_identities') },
  recovery_codes: {},
  legal_holds: {},
  one_time_links: {},
  api_keys: { member: { ...mine('api_keys'), without: ['key_hash'] } },

  session_counts: { facts: {} },
  session_members: { member: mine('session_members') },
  user_sessions: {
    member: {
      rows: `user_sessions.user_id = ${me} or exists (select from session_members m 
        where m.session_id = user_sessions.session_id and m.user_id = ${me})`,
    },
    facts: {},
  },
  session_grants: { member: ofSession('session_grants'), facts: {} },
  session_authors: { member: mine('session_authors') },
  session_visits: { member: mine('session_visits') },
  session_events: { member: ofSession('session_events') },
  blobs: { member: ofSession('blobs') },
  message_words: {
    // Whose own they are is seen by the row: of these there may be hundreds of thousands.
    member: { rows: `message_words.owner_id = ${me} or ${ofSession('message_words').rows}` },
  },
  // Packs have words of other sessions of their owner: whoever else sees one of these is shown the rows above.
  word_packs: { member: { rows: `word_packs.owner_id = ${me}` } },
  word_pack_sessions: {},
  loose_words: { member: { rows: `loose_words.owner_id = ${me}` } },
  turns: { member: ofSession('turns'), facts: { without: ['request_hash', 'client_turn_id'] } },
  turn_attempts: { member: ofTurn('turn_attempts'), facts: {} },
  turn_journal: { member: ofTurn('turn_journal') },
  answer_feedback: { member: mine('answer_feedback'), facts: { without: ['reason'] } },
  citations: { member: ofSession('citations') },
  user_session_view: { member: mine('user_session_view') },
  adk_sessions: {},
  adk_events: { member: ofSession('adk_events') },
  session_state: { member: ofSession('session_state') },
  user_state: {},
  app_state: {},

  agents: { member: { rows: 'true', without: ['instructions'] }, facts: { without: ['instructions'] } },
  agent_versions: {},
  agent_drafts: {},
  groups: { member: { rows: ofGroup('groups.id') }, facts: {} },
  group_members: { member: mine('group_members'), facts: {} },
  grants: { member: { rows: ofGroup('grants.group_id') }, facts: {} },
  agent_defaults: { member: { rows: ofGroup('agent_defaults.group_id') }, facts: {} },
  budgets: { member: { rows: `budgets.kind = 'everybody' or ${budgetOf('budgets')}` }, facts: {} },
  budget_usage: { member: { rows: budgetOf('budget_usage') }, facts: {} },
  budget_charges: {},

  corpora: {
    member: {
      rows: `corpora.owner_user_id = ${me}
        or exists (select from grants g where g.object_kind = 'corpus' and g.object_id = corpora.id
          and ${ofGroup('g.group_id')})
        or exists (select from users u where u.id = ${me} and u.role = 'administrator' and u.is_active = 1 and u.deleted_at is null)`,
    },
    facts: {},
  },
  documents: { member: ofCorpus('documents'), facts: { without: unreadOfDocuments } },
  document_versions: { member: ofDocument('document_versions'), facts: { without: unreadOfDocuments } },
  document_tags: { member: ofCorpus('document_tags') },
  document_texts: { member: ofDocument('document_texts') },
  passages: { member: ofCorpus('passages') },
  passage_vectors: { member: ofCorpus('passage_vectors') },
  evaluation_questions: { member: ofCorpus('evaluation_questions') },
  evaluation_expected: { member: ofDocument('evaluation_expected') },
  evaluation_runs: { member: ofCorpus('evaluation_runs') },
  document_access_log: { member: mine('document_access_log') },
  files_to_remove: {},
  stored_files: {},
  stored_file_chunks: {},

  usage_days: { facts: {} },
  usage_tokens: { facts: {} },
  usage_latencies: { facts: {} },
  usage_people: { member: mine('usage_people'), facts: {} },
  usage_months: { facts: {} },
  usage_month_sums: { facts: {} },
  usage_numbers: { facts: {} },

  audit_log: {
    member: {
      rows: `audit_log.actor_user_id = ${me} or (audit_log.object_kind = 'user' and audit_log.object_id = ${me})`,
    },
  },
  jobs: { facts: { without: ['error'] } },
  instances: { facts: {} },
  mail_failures: { facts: {} },
  model_endpoints: {},
  settings: {},
};
