import type { Migration } from './migration.ts';

/** The whole data model. Names that outside programs rely on: `user_sessions`, `session_events` and the columns docs/contract names. */
export const main: Migration = {
  id: 1,
  name: 'main',
  statements: ({ autoId, bytes, bigint, textSearch }) => [
    `create table users (
      id text primary key, username text not null, username_key text not null unique, display_name text not null,
      role text not null check (role in ('member', 'curator', 'administrator')), password_hash text not null,
      is_active integer not null default 1, created_at text not null, updated_at text not null,
      last_login_at text, deleted_at text)`,
    `create table login_tokens (
      id text primary key, token_hash text not null unique, user_id text not null references users (id),
      created_at text not null, expires_at text not null, last_used_at text not null,
      user_agent text not null, address text not null, revoked_at text)`,
    `create index login_tokens_user on login_tokens (user_id)`,
    `create table api_keys (
      id text primary key, key_hash text not null unique, user_id text not null references users (id), name text not null,
      scopes text not null, created_at text not null, expires_at text, last_used_at text, revoked_at text)`,
    `create index api_keys_user on api_keys (user_id)`,

    `create table user_sessions (
      session_id text primary key, user_id text references users (id), active_agent_id text not null,
      title text not null, title_is_set integer not null default 0, corpora text not null default '[]',
      created_at text not null, last_activity text not null, is_active integer not null default 1,
      message_count integer not null default 0, user_query_count integer not null default 0,
      last_seq integer not null default 0, last_turn_no integer not null default 0, rev ${bigint} not null,
      archived integer not null default 0, pinned integer not null default 0, deleted_at text,
      origin text not null default 'web')`,
    `create unique index user_sessions_rev on user_sessions (rev)`,
    `create index user_sessions_activity on user_sessions (last_activity desc, session_id)`,
    `create index user_sessions_created on user_sessions (created_at desc, session_id)`,
    `create index user_sessions_messages on user_sessions (message_count desc, session_id)`,
    `create index user_sessions_user on user_sessions (user_id, last_activity desc)`,
    `create index user_sessions_status on user_sessions (is_active, deleted_at)`,
    `create table session_members (
      session_id text not null references user_sessions (session_id), user_id text not null references users (id),
      level text not null check (level in ('owner', 'write', 'read')), added_at text not null,
      primary key (user_id, session_id))`,
    `create index session_members_session on session_members (session_id)`,

    `create table session_events (
      position ${autoId}, session_id text not null references user_sessions (session_id), seq integer not null,
      event_id text not null, type text not null, turn_id text, attempt integer, step integer, fence integer, actor text,
      payload text not null, blob_id text, at text not null,
      unique (session_id, seq), unique (session_id, event_id))`,
    `create index session_events_turn on session_events (turn_id, seq)`,

    `create table turns (
      position ${autoId}, turn_id text not null unique, session_id text not null references user_sessions (session_id),
      turn_no integer not null, parent_turn_id text, replaces_turn_id text, author_user_id text not null,
      client_turn_id text not null, request_hash text not null, agent_id text not null, corpora text not null,
      state text not null check (state in ('queued', 'running', 'waiting_approval', 'done', 'failed', 'cancelled', 'interrupted')),
      code text, attempt integer not null default 0, fence integer not null default 0, step integer not null default 0,
      lease_owner text, lease_boot text, lease_until_ms ${bigint}, journal_from ${bigint} not null default 0,
      message_seq integer not null, created_at text not null, updated_at text not null,
      unique (session_id, turn_no), unique (session_id, author_user_id, client_turn_id))`,
    `create unique index turns_one_at_a_time on turns (session_id) where state in ('running', 'waiting_approval')`,
    `create index turns_unfinished on turns (state, position) where state in ('queued', 'running', 'waiting_approval')`,
    `create table turn_attempts (
      turn_id text not null references turns (turn_id), attempt integer not null, instance_id text not null,
      started_at text not null, ended_at text, input_tokens integer not null default 0,
      output_tokens integer not null default 0, model text, outcome text, primary key (turn_id, attempt))`,
    `create table turn_journal (
      id ${autoId}, turn_id text not null, attempt integer not null, step integer not null,
      "offset" integer not null, text text not null, cited text not null, citations text)`,
    `create table blobs (blob_id text primary key, session_id text not null, bytes integer not null, body text not null)`,

    `create table adk_sessions (
      app_name text not null, user_key text not null, adk_session_id text not null,
      session_id text not null unique references user_sessions (session_id), updated_ms ${bigint} not null,
      primary key (app_name, user_key, adk_session_id))`,
    `create table adk_events (
      session_id text not null references user_sessions (session_id), event_id text not null, ordinal integer not null,
      turn_id text, event text not null, primary key (session_id, event_id), unique (session_id, ordinal))`,
    `create index adk_events_turn on adk_events (turn_id, ordinal)`,
    `create table session_state (session_id text not null references user_sessions (session_id), key text not null,
      value text not null, primary key (session_id, key))`,
    `create table user_state (app_name text not null, user_key text not null, key text not null, value text not null,
      primary key (app_name, user_key, key))`,
    `create table app_state (app_name text not null, key text not null, value text not null, primary key (app_name, key))`,
    `create table user_session_view (
      user_id text not null, session_id text not null, leaf_turn_id text, seen_seq integer not null default 0,
      primary key (user_id, session_id))`,

    `create table agents (
      id text primary key, name text not null, description text not null, instructions text not null, tools text not null,
      is_active integer not null default 1, is_builtin integer not null default 0,
      created_at text not null, updated_at text not null)`,
    `create table corpora (
      id text primary key, name text not null, name_key text not null, description text not null,
      owner_user_id text references users (id), is_active integer not null default 1,
      document_count integer not null default 0, passage_count integer not null default 0,
      created_at text not null, updated_at text not null, deleted_at text)`,
    `create unique index corpora_name on corpora (name_key) where deleted_at is null`,
    `create table documents (
      id text primary key, corpus_id text not null references corpora (id), title text not null, filename text not null,
      media_type text not null, bytes ${bigint} not null, sha256 text not null, file_key text not null,
      state text not null check (state in ('queued', 'parsing', 'embedding', 'ready', 'failed')),
      progress real not null default 0, error_code text, error_message text, page_count integer not null default 0,
      passage_count integer not null default 0, version integer not null default 1, created_by text,
      created_at text not null, updated_at text not null, deleted_at text)`,
    `create index documents_corpus on documents (corpus_id, created_at desc, id)`,
    `create index documents_content on documents (corpus_id, sha256)`,
    `create table document_texts (
      document_id text not null references documents (id), version integer not null, text text not null,
      pages text not null, headings text not null, created_at text not null, primary key (document_id, version))`,
    `create table passages (
      rowid ${autoId}, passage_id text not null unique, corpus_id text not null, document_id text not null,
      version integer not null, ordinal integer not null, start_offset integer not null, end_offset integer not null,
      page integer, heading_path text not null, title text not null, text text not null,
      unique (document_id, version, ordinal))`,
    `create index passages_corpus on passages (corpus_id)`,
    `create table passage_vectors (
      rowid ${autoId}, corpus_id text not null, embedder text not null, vector ${bytes} not null)`,
    ...textSearch,
    `create table citations (
      session_id text not null, seq integer not null, n integer not null, turn_id text not null, corpus_id text not null,
      document_id text not null, document_version integer not null, passage_id text not null,
      start_offset integer not null, end_offset integer not null, primary key (session_id, seq, n))`,
    `create index citations_document on citations (document_id, document_version)`,
    `create table jobs (
      position ${autoId}, job_id text not null unique, kind text not null, subject_id text not null,
      state text not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
      priority integer not null default 0, attempt integer not null default 0, fence integer not null default 0,
      lease_owner text, lease_boot text, lease_until_ms ${bigint}, not_before text, error text,
      created_at text not null, updated_at text not null)`,
    `create index jobs_unfinished on jobs (state, priority, position) where state in ('queued', 'running')`,
    `create index jobs_subject on jobs (subject_id)`,

    `create table groups (id text primary key, name text not null, name_key text not null unique,
      is_builtin integer not null default 0, created_at text not null)`,
    `create table group_members (group_id text not null references groups (id), user_id text not null references users (id),
      added_at text not null, primary key (user_id, group_id))`,
    `create table grants (
      group_id text not null references groups (id), object_kind text not null check (object_kind in ('agent', 'corpus')),
      object_id text not null, level text not null check (level in ('use', 'read', 'curate')), granted_at text not null,
      primary key (object_kind, object_id, group_id))`,
    `create table audit_log (
      position ${autoId}, at text not null, actor_user_id text, action text not null, object_kind text not null,
      object_id text not null, facts text not null, chain_no ${bigint}, chain_hash text)`,
    `create table document_access_log (
      position ${autoId}, at text not null, user_id text not null, document_id text not null, what text not null)`,
    `create table settings (key text primary key, value text not null, updated_at text not null)`,
  ],
};
