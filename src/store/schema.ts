/** Rows as stored, the same in both dialects: flags are 0 or 1, times ISO 8601 text, JSON text, ids UUID text. */
import type { Generated } from 'kysely';

type Flag = 0 | 1;
type Json = string;
type Time = string;

type UsageKey = {
  /** `all`, `agent`, `group` or `corpus`. */
  kind: 'all' | 'agent' | 'group' | 'corpus';
  /** UTC, `YYYY-MM-DD`. */
  day: string;
  /** An agent's, group's or corpus's id; empty for all, for no group, and for no corpus. */
  subject_id: string;
};

export type Schema = {
  users: {
    id: string;
    username: string;
    /** `username` in lower case: one name however it is written. */
    username_key: string;
    display_name: string;
    /** As it was typed; unique in lower case. */
    email: Generated<string | null>;
    role: string;
    password_hash: string;
    is_active: Flag;
    created_at: Time;
    updated_at: Time;
    last_login_at: Time | null;
    deleted_at: Time | null;
    /** When erasing was ordered; from then on nothing names the person. */
    erase_at: Generated<Time | null>;
    /** When nothing was left but this row. */
    erased_at: Generated<Time | null>;
    /** 1 when the corpora they own go too. */
    erases_corpora: Generated<Flag>;
    /** Ids of the corpora they chose last; none means all. */
    default_corpora: Generated<Json>;
    /** The version of the announcement they closed last. */
    dismissed_announcement: Generated<string | null>;
  };
  legal_holds: {
    id: string;
    /** `user` or `session`. */
    subject_kind: string;
    subject_id: string;
    reason: string;
    placed_at: Time;
    placed_by: string | null;
    /** Null while it holds. */
    released_at: Generated<Time | null>;
    released_by: Generated<string | null>;
    release_reason: Generated<string | null>;
  };
  login_tokens: {
    id: string;
    token_hash: string;
    user_id: string;
    created_at: Time;
    expires_at: Time;
    last_used_at: Time;
    user_agent: string;
    address: string;
    revoked_at: Time | null;
    /** Null: it may do what its user may. `enrolment`: it may only turn on the second factor that its user must have. */
    limited_to: string | null;
  };
  second_factors: {
    user_id: string;
    /** Sealed: see `sealing.ts`. */
    secret: string;
    /** The newest time step whose code was used: that code and older ones are used up. */
    last_step: number;
    created_at: Time;
    /** Null while it was not turned on with a first code. */
    confirmed_at: Time | null;
  };
  oidc_identities: {
    issuer: string;
    /** Who somebody is there, for ever: `sub` (OpenID Connect Core, section 2). */
    subject: string;
    user_id: string;
    linked_at: Time;
  };
  recovery_codes: { user_id: string; code_hash: string; used_at: Time | null };
  one_time_links: {
    id: string;
    /** `invitation` or `reset`. */
    purpose: string;
    token_hash: string;
    /** Whose password a reset sets. */
    user_id: string | null;
    /** What an invitation gives; a null username is for the invited to choose. */
    username: string | null;
    role: string | null;
    group_ids: Json | null;
    /** Where an invitation is mailed; the user has it from then on. */
    email: Generated<string | null>;
    created_by: string;
    created_at: Time;
    expires_at: Time;
    /** 1 for a reset that its user asked for by themself: it is given by them, and mailed. */
    is_asked_for: Generated<Flag>;
  };
  api_keys: {
    id: string;
    key_hash: string;
    /** How the key begins. */
    hint: string;
    user_id: string;
    name: string;
    scopes: Json;
    created_at: Time;
    expires_at: Time | null;
    last_used_at: Time | null;
    revoked_at: Time | null;
  };
  user_sessions: {
    session_id: string;
    /** Null for a session kept for a foreign ADK program. */
    user_id: string | null;
    active_agent_id: string;
    title: string;
    /** 1 once a person named the session: the first message names it no more. */
    title_is_set: Flag;
    corpora: Json;
    created_at: Time;
    last_activity: Time;
    is_active: Flag;
    message_count: number;
    user_query_count: number;
    last_seq: number;
    last_turn_no: number;
    /** Drawn from one counter for all sessions at every change that lists show, so that `rev > n` finds what changed since. `last_seq` is not
     *  among what they show: a step of a turn raises it alone. In PostgreSQL a row whose indexed columns stay writes none of its indexes. */
    rev: number;
    archived: Flag;
    pinned: Flag;
    deleted_at: Time | null;
    /** When erasing was ordered, and when nothing was left but this row: its id, times and counts. */
    erase_at: Generated<Time | null>;
    erased_at: Generated<Time | null>;
    /** `web`, `api` or `adk`. */
    origin: string;
    /** When its owner brought it back from an export; null for a session made here. */
    imported_at: Generated<Time | null>;
    /** The session's id where it was made; null once it is erased. */
    imported_from: Generated<string | null>;
    /** When it is erased by itself; null for a session that is kept. */
    temporary_until: Generated<Time | null>;
    /** What its owner tagged it with. */
    tags: Generated<Json>;
  };
  /** By status: 0 inactive, 1 active, 2 deleted. Kept by triggers. */
  session_counts: { status: number; sessions: number };
  /** Who is in a session: its owner, and whoever its grants reach, each at the highest level of them. */
  session_members: { session_id: string; user_id: string; level: string; added_at: Time };
  /** Whom the owner of a session lets into it: a person or a group. */
  session_grants: {
    session_id: string;
    /** `user` or `group`. */
    subject_kind: string;
    subject_id: string;
    /** `read` or `write`. */
    level: string;
    granted_at: Time;
  };
  /** Who wrote in a session without owning it; also of those who are in it no more. */
  session_authors: { session_id: string; user_id: string };
  /** When a person last had a shared session open at an instance, and until when it is taken for open there. */
  session_visits: {
    session_id: string;
    user_id: string;
    instance_id: string;
    last_read_at: Time;
    open_until_ms: number;
  };
  /** Which messages of a few turns of a session have which words: see `retrieval/word-rows.ts`. Of a person whose session it is. */
  message_words: { owner_id: string; bucket: number; session_id: string; block: number; words: string };
  /** The same words of many sessions of one person together: see `retrieval/word-packs.ts`. */
  word_packs: { owner_id: string; bucket: number; pack: number; words: string };
  /** Which sessions a pack has words of. */
  word_pack_sessions: { session_id: string; owner_id: string; pack: number };
  /** Blocks of `message_words` that have words which are in no pack. */
  loose_words: { owner_id: string; session_id: string; block: number };
  session_events: {
    /** The order of commits over all sessions. */
    position: Generated<number>;
    session_id: string;
    seq: number;
    type: string;
    turn_id: string | null;
    attempt: number | null;
    step: number | null;
    fence: number | null;
    actor: string | null;
    payload: Json;
    blob_id: string | null;
    at: Time;
  };
  turns: {
    /** The order of acceptance over all sessions. */
    position: Generated<number>;
    turn_id: string;
    session_id: string;
    turn_no: number;
    parent_turn_id: string | null;
    replaces_turn_id: string | null;
    author_user_id: string;
    client_turn_id: string;
    request_hash: string;
    agent_id: string;
    corpora: Json;
    state: string;
    code: string | null;
    attempt: number;
    fence: number;
    /** The first unfinished step. */
    step: number;
    lease_owner: string | null;
    lease_boot: string | null;
    /** Milliseconds of the machine's monotonic clock in the boot `lease_boot`. */
    lease_until_ms: number | null;
    /** Journal rows of the unfinished step have at least this id. */
    journal_from: number;
    message_seq: number;
    created_at: Time;
    updated_at: Time;
    /** Ids of the groups its author was in when it was accepted, with commas between; not the one of everybody. */
    usage_groups: Generated<string>;
    /** Of its agent, or of its session's draft: the newest when it was accepted. Null for one that was accepted before there were any. */
    agent_version: number | null;
  };
  answer_feedback: {
    session_id: string;
    turn_id: string;
    user_id: string;
    /** `up` or `down`. */
    rating: string;
    /** Empty where none was given. */
    reason: string;
    created_at: Time;
    updated_at: Time;
  };
  turn_attempts: {
    turn_id: string;
    attempt: number;
    instance_id: string;
    started_at: Time;
    ended_at: Time | null;
    /** When its first words were shown; null while there are none, and where it was not noted. */
    first_text_at: Generated<Time | null>;
    /** Of the finished model calls, as the provider reported them. */
    input_tokens: number;
    /** The same; where `outcome` is not `done`, an estimate for the call that broke off is in it: a quarter of the characters it put out. */
    output_tokens: number;
    model: string | null;
    /** `done`, `failed`, `cancelled`, `interrupted`; `lost` when another attempt took over. */
    outcome: string | null;
  };
  turn_journal: {
    id: Generated<number>;
    turn_id: string;
    attempt: number;
    step: number;
    offset: number;
    text: string;
    /** The passages' numbers behind the step's shown markers so far: what another attempt needs to go on from the text. */
    cited: Json;
    /** Citations of the text up to here; only where a new number appears. */
    citations: Json | null;
  };
  blobs: { blob_id: string; session_id: string; bytes: number; body: string };
  adk_sessions: { app_name: string; user_key: string; adk_session_id: string; session_id: string; updated_ms: number };
  adk_events: {
    session_id: string;
    event_id: string;
    /** Order within the session. */
    ordinal: number;
    turn_id: string | null;
    event: Json;
  };
  session_state: { session_id: string; key: string; value: Json };
  user_state: { app_name: string; user_key: string; key: string; value: Json };
  app_state: { app_name: string; key: string; value: Json };
  user_session_view: {
    user_id: string;
    session_id: string;
    leaf_turn_id: string | null;
    seen_seq: number;
  };
  agents: {
    id: string;
    name: string;
    description: string;
    instructions: string;
    tools: Json;
    /** Ids of the corpora that sessions with it begin with; none means all. */
    default_corpora: Generated<Json>;
    is_active: Flag;
    is_builtin: Flag;
    created_at: Time;
    updated_at: Time;
    /** The newest of `agent_versions`, which the columns above repeat; 0 while none was written. */
    version: Generated<number>;
    /** Of the newest version; empty for the default model. */
    model: Generated<string>;
    /** From then on nobody uses it, and only what was asked of it names it. */
    deleted_at: Generated<Time | null>;
  };
  /** What an agent was at each save: `AgentDefinition` of the contract. Never changed. */
  agent_versions: {
    agent_id: string;
    /** Dense from 1. */
    version: number;
    definition: Json;
    note: string;
    /** 1 for one that came with the product. */
    is_delivered: Flag;
    /** Null for one that came with the product, and once who made it is erased. */
    created_by: string | null;
    created_at: Time;
  };
  /** What an administrator tries out in a session of the test bench, before it is saved. */
  agent_drafts: { session_id: string; version: number; definition: Json; created_at: Time };
  corpora: {
    id: string;
    name: string;
    name_key: string;
    description: string;
    owner_user_id: string | null;
    is_active: Flag;
    document_count: number;
    passage_count: number;
    /** Of the originals of its documents. */
    bytes: Generated<number>;
    created_at: Time;
    updated_at: Time;
    tags: Generated<Json>;
    /** Since when it is neither searched nor added to. */
    archived_at: Generated<Time | null>;
    /** With no `purged_at` it lies in the recycle bin. */
    deleted_at: Time | null;
    purged_at: Generated<Time | null>;
  };
  documents: {
    id: string;
    corpus_id: string;
    title: string;
    filename: string;
    media_type: string;
    /** Of its text, for the search by words: see `retrieval/language.ts`. */
    language: Generated<string>;
    bytes: number;
    sha256: string;
    /** Name of the stored original under `files/`. */
    file_key: string;
    /** The archive in the same corpus that it came out of. */
    archive_id: Generated<string | null>;
    /** The web address its bytes are fetched from; until they are, `file_key` is empty. */
    address: Generated<string | null>;
    /** Where the redirects ended. */
    final_address: Generated<string | null>;
    /** Null until it is there, and again while it is fetched anew. */
    fetched_at: Generated<Time | null>;
    /** When the current original was fetched first, once it was fetched again and was the same. */
    unchanged_since: Generated<Time | null>;
    state: string;
    progress: number;
    error_code: string | null;
    error_message: string | null;
    /** Sentences about what was not read. */
    notices: Generated<Json>;
    page_count: number;
    passage_count: number;
    version: number;
    /** Who brought the current original; for one of a web address who had it fetched. */
    created_by: string | null;
    created_at: Time;
    updated_at: Time;
    /** With no `purged_at` it lies in the recycle bin of its corpus, and all of it is kept. */
    deleted_at: Time | null;
    purged_at: Generated<Time | null>;
  };
  /** Versions beside the current one: the next while it is read or when it could not be, and older ones that are kept. */
  document_versions: {
    document_id: string;
    version: number;
    /** `queued`, `parsing`, `embedding` or `failed`: the next one; `old`: one that was current. */
    state: string;
    progress: number;
    error_code: string | null;
    error_message: string | null;
    title: string;
    media_type: string;
    language: string;
    notices: Json;
    page_count: number;
    passage_count: number;
    /** Of its original, which may be that of other versions too; from here on as in `documents`. `file_key` is empty while there is none: it is
     *  yet to be fetched, or what was to be read failed. */
    filename: string;
    bytes: number;
    sha256: string;
    file_key: string;
    address: string | null;
    final_address: string | null;
    fetched_at: Time | null;
    created_by: string | null;
    created_at: Time;
    updated_at: Time;
  };
  document_tags: {
    document_id: string;
    /** The tag however it is written: see `commands/name-key.ts`. */
    tag_key: string;
    corpus_id: string;
    tag: string;
  };
  /** Originals of versions that no version names any more. */
  files_to_remove: { file_key: string; corpus_id: string };
  document_texts: {
    document_id: string;
    version: number;
    text: string;
    pages: Json;
    headings: Json;
    created_at: Time;
  };
  passages: {
    /** Shared with the passage's rows in `passage_vectors`. */
    rowid: Generated<number>;
    passage_id: string;
    corpus_id: string;
    document_id: string;
    version: number;
    ordinal: number;
    start_offset: number;
    end_offset: number;
    page: number | null;
    heading_path: Json;
    title: string;
    text: string;
  };
  /** One a passage and embedder. */
  passage_vectors: { rowid: number; corpus_id: string; embedder: string; vector: Uint8Array };
  citations: {
    session_id: string;
    seq: number;
    n: number;
    turn_id: string;
    corpus_id: string;
    document_id: string;
    document_version: number;
    passage_id: string;
    start_offset: number;
    end_offset: number;
  };
  jobs: {
    position: Generated<number>;
    job_id: string;
    kind: string;
    subject_id: string;
    state: string;
    priority: number;
    attempt: number;
    fence: number;
    lease_owner: string | null;
    lease_boot: string | null;
    lease_until_ms: number | null;
    /** Not before this time: set by a retry. */
    not_before: Time | null;
    error: string | null;
    created_at: Time;
    updated_at: Time;
  };
  groups: { id: string; name: string; name_key: string; is_builtin: Flag; created_at: Time };
  group_members: {
    group_id: string;
    user_id: string;
    added_at: Time;
    /** 1 when a claim of the OpenID Connect provider gave it: a sign-in without that claim takes it away. */
    by_oidc: Generated<Flag>;
  };
  grants: {
    group_id: string;
    /** `agent` or `corpus`. */
    object_kind: string;
    object_id: string;
    /** `use` for an agent; `read` or `curate` for a corpus. */
    level: string;
    granted_at: Time;
  };
  /** The agent that sessions of a group's members begin with. Of several groups of somebody the first place whose agent they may use counts;
   *  the built-in group of everybody comes last. */
  agent_defaults: { group_id: string; agent_id: string; place: number };
  budgets: {
    /** `everybody`: each user who has no budget of their own; `group`: a pool of its members; `user`: in place of everybody's. */
    kind: string;
    /** A group's or a user's id; empty for everybody's. */
    subject_id: string;
    /** Null for no limit. */
    turns_per_day: number | null;
    tokens_per_day: number | null;
    updated_at: Time;
  };
  budget_usage: {
    /** UTC, `YYYY-MM-DD`. */
    day: string;
    /** `user` or `group`. */
    kind: string;
    subject_id: string;
    turns: number;
    /** Of attempts that ended. */
    tokens: number;
    /** Of attempts under way. */
    reserved_tokens: number;
  };
  budget_charges: {
    turn_id: string;
    /** 0 for the turn itself, else the attempt whose tokens these are. */
    attempt: number;
    kind: string;
    subject_id: string;
    day: string;
    turns: number;
    tokens: number;
    /** More than 0 while the attempt is under way. */
    reserved_tokens: number;
  };
  /** Of turns that are over, on the day they were asked: see `usage/usage-sql.ts`. */
  usage_days: UsageKey & {
    gone: Flag;
    turns: number;
    /** That began with the turn. */
    sessions: number;
    answered: number;
    stopped: number;
    /** Answered without citing anything. */
    uncited: number;
    searches: number;
    /** That found nothing. */
    empty_searches: number;
    liked: number;
    disliked: number;
  };
  usage_tokens: UsageKey & { model: string; gone: Flag; input_tokens: number; output_tokens: number };
  /** How many turns took how long: `bucket` is a place in `latencyEdgesMs`. */
  usage_latencies: UsageKey & { measure: 'first_text' | 'answer'; bucket: number; gone: Flag; turns: number };
  /** Who asked. */
  usage_people: UsageKey & { user_id: string };
  /** Months whose sums are stored, as long as `turns` is how many are counted in them; `is_whole` once all of them are. See `usage/month-sums.ts`. */
  usage_months: { kind: UsageKey['kind']; month: string; turns: number; summing_id: string; is_whole: Flag };
  /** `sums`: of `MonthSums`. */
  usage_month_sums: { kind: UsageKey['kind']; month: string; subject_id: string; sums: Json };
  /** The numbers of people in `sums`, from 0. */
  usage_numbers: { user_id: string; number: number };
  audit_log: {
    position: Generated<number>;
    at: Time;
    actor_user_id: string | null;
    action: string;
    object_kind: string;
    object_id: string;
    facts: Json;
    /** JSON of what names or describes a person; null where there is none, and once it is erased, with its salt. */
    personal: Json | null;
    personal_salt: string | null;
    /** Set by the sealer, in commit order. */
    chain_no: number | null;
    chain_hash: string | null;
  };
  document_access_log: {
    position: Generated<number>;
    at: Time;
    user_id: string;
    document_id: string;
    what: string;
    corpus_id: string;
    api_key_id: string | null;
    /** Null for what was opened before versions were noted. */
    version: number | null;
  };
  /** By which the curators of a corpus measure its search. */
  evaluation_questions: {
    /** The order in which they were kept. */
    position: Generated<number>;
    id: string;
    corpus_id: string;
    question: string;
    /** The question however it is written: see `commands/name-key.ts`. */
    question_key: string;
    created_by: string | null;
    created_at: Time;
  };
  evaluation_expected: {
    question_id: string;
    document_id: string;
    /** What finding it is worth, over 0. */
    gain: number;
  };
  evaluation_runs: {
    position: Generated<number>;
    id: string;
    corpus_id: string;
    run_by: string | null;
    started_at: Time;
    ended_at: Time;
    mode: string;
    /** What made the vectors; null for a run by words alone. */
    embedder: string | null;
    /** What put the best in order; null without. */
    reranker: Generated<string | null>;
    /** Of the corpus at the end of the run. */
    documents: number;
    passages: number;
    /** That were asked. */
    questions: number;
    ndcg: number;
    recall: number;
    reciprocal_rank: number;
    hit1: number;
    hit3: number;
    /** For each question, as the contract has it. */
    results: Json;
  };
  /** The processes on this store, as each says of itself; one that is gone is removed by another. */
  instances: {
    instance_id: string;
    started_at: Time;
    /** When it said so last. */
    seen_at: Time;
    /** As the contract has it. */
    report: Json;
  };
  /** Of the last day. Nothing in it tells who was written to. */
  mail_failures: { position: Generated<number>; at: Time; problem: string };
  model_endpoints: {
    endpoint_id: string;
    name: string;
    /** `name` in lower case. */
    name_key: string;
    /** Up to and including the version; without user, query and fragment. */
    base_url: string;
    /** Sealed: see `sealing.ts`. Null: the endpoint wants none. */
    sealed_key: string | null;
    /** The key's last characters; empty where it is short. */
    key_hint: string;
    /** Names of the models it serves. */
    models: Json;
    /** 1: it goes on from a trailing assistant message. */
    continues: Flag;
    /** From 1; each change adds 1. */
    version: number;
    created_at: Time;
    updated_at: Time;
  };
  settings: { key: string; value: Json; updated_at: Time };
  schema_migrations: { id: number; name: string; applied_at: Time };
};
