import { type RawBuilder, sql } from 'kysely';
import { query } from '../command.ts';
import type { Db, Script } from '../script.ts';
import { usageDifferences } from '../usage/usage-differences.ts';

/** The checks that rules belong to. */
export type RuleCheck = 'I1' | 'I2' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'blobs';

/** A rule over whole tables. `broken` selects one row for each breach: `subject` names it by ids, never by text people wrote. */
type Rule = { check: RuleCheck; rule: string; broken: string | RawBuilder<unknown> };

/** What a rule found: how many breaches, and the first of them. */
export type RuleResult = { check: RuleCheck; rule: string; total: number; subjects: string[] };

/** Checks every rule. */
export const brokenRules = query(function* (db: Db, args: { examples: number }): Script<RuleResult[]> {
  const results: RuleResult[] = [];
  for (const { check, rule, broken } of [...rules, ...rulesOfUsage(db)]) {
    const found = typeof broken === 'string' ? sql.raw(broken) : broken;
    const raw = sql`select subject, count(*) over () as total from (${found}) as broken limit ${args.examples}`;
    const rows = (yield raw.compile(db)) as { subject: string; total: number }[];
    results.push({ check, rule, total: rows[0]?.total ?? 0, subjects: rows.map((row) => row.subject) });
  }
  return results;
});

function rulesOfUsage(db: Db): Rule[] {
  const { days, tokens, latencies, people } = usageDifferences(db);
  return [
    { check: 'I8', rule: 'a day counts its turns, and what is thought of them', broken: days },
    { check: 'I8', rule: 'a day counts the tokens of its turns', broken: tokens },
    { check: 'I8', rule: 'a day counts how long its turns took', broken: latencies },
    { check: 'I8', rule: 'a day counts who asked', broken: people },
  ];
}

const rules: readonly Rule[] = [
  {
    check: 'I1',
    rule: 'a turn’s session is stored',
    broken: `select 'turn ' || turn_id as subject from turns t
      where not exists (select 1 from user_sessions s where s.session_id = t.session_id)`,
  },
  {
    check: 'I1',
    rule: 'a client_turn_id was accepted once for each session and author',
    broken: `select 'turn ' || max(turn_id) || ' and turn ' || min(turn_id) as subject from turns
      group by session_id, author_user_id, client_turn_id having count(*) > 1`,
  },
  {
    check: 'I2',
    rule: 'an event’s session is stored',
    broken: `select 'session ' || session_id || ' seq ' || seq as subject from session_events e
      where not exists (select 1 from user_sessions s where s.session_id = e.session_id)`,
  },
  {
    check: 'I5',
    rule: 'at most one turn of a session is under way',
    broken: `select 'session ' || session_id as subject from turns
      where state in ('running', 'waiting_approval') group by session_id having count(*) > 1`,
  },
  {
    check: 'I5',
    rule: 'turns of a session run in order',
    broken: `select 'turn ' || t.turn_id || ' waits behind turn ' || min(o.turn_id) as subject from turns t
      join turns o on o.session_id = t.session_id and o.turn_no > t.turn_no
      where t.state = 'queued' and o.attempt > 0 group by t.turn_id`,
  },
  {
    check: 'I5',
    rule: 'a running turn has an owner with a lease, any other has none',
    broken: `select 'turn ' || turn_id || ' ' || state as subject from turns where
      (state = 'running') <> (lease_owner is not null and lease_boot is not null and lease_until_ms is not null)
      or (state <> 'running' and (lease_owner is not null or lease_boot is not null or lease_until_ms is not null))`,
  },
  {
    check: 'I5',
    rule: 'a session that was deleted or ended has no unfinished turn',
    broken: `select 'turn ' || t.turn_id || ' ' || t.state as subject from turns t
      join user_sessions s on s.session_id = t.session_id
      where t.state in ('queued', 'running', 'waiting_approval') and (s.deleted_at is not null or s.is_active = 0)`,
  },
  {
    check: 'I5',
    rule: 'a document that is not read yet has a job',
    broken: `select 'document ' || d.id || ' ' || d.state as subject from documents d
      join corpora c on c.id = d.corpus_id and c.deleted_at is null
      where d.deleted_at is null and d.state in ('queued', 'parsing', 'embedding') and not exists
        (select 1 from jobs j where j.subject_id = d.id and j.state in ('queued', 'running'))`,
  },
  {
    check: 'I5',
    rule: 'a next version that is not read yet has a job',
    broken: `select 'document ' || v.document_id || ' version ' || v.version as subject from document_versions v
      join documents d on d.id = v.document_id and d.deleted_at is null
      join corpora c on c.id = d.corpus_id and c.deleted_at is null
      where v.state in ('queued', 'parsing', 'embedding') and not exists
        (select 1 from jobs j where j.subject_id = v.document_id and j.state in ('queued', 'running'))`,
  },
  {
    check: 'I6',
    rule: 'every attempt of a turn is recorded, and only the running one is open',
    broken: `select 'turn ' || t.turn_id as subject from turns t where
      t.attempt <> (select count(*) from turn_attempts a where a.turn_id = t.turn_id and a.attempt between 1 and t.attempt)
      or exists (select 1 from turn_attempts a where a.turn_id = t.turn_id and
        (a.attempt > t.attempt or (t.state <> 'waiting_approval' and
          (a.ended_at is null) <> (t.state = 'running' and a.attempt = t.attempt))))`,
  },
  {
    check: 'I7',
    rule: 'a session has exactly one owner, the user it names; one kept for an ADK program has none',
    broken: `select 'session ' || s.session_id as subject from user_sessions s where
      (s.origin <> 'adk' or s.user_id is not null) and (s.user_id is null
        or 1 <> (select count(*) from session_members m where m.session_id = s.session_id and m.level = 'owner')
        or not exists (select 1 from session_members m join users u on u.id = m.user_id
          where m.session_id = s.session_id and m.user_id = s.user_id and m.level = 'owner'))`,
  },
  {
    check: 'I7',
    rule: 'a membership is of a stored user in a stored session',
    broken: `select 'session ' || session_id || ' user ' || user_id as subject from session_members m
      where not exists (select 1 from users u where u.id = m.user_id)
        or not exists (select 1 from user_sessions s where s.session_id = m.session_id)`,
  },
  {
    check: 'I7',
    rule: 'whoever is in a session without owning it is let in by its grants, at the highest level of them, and all whom they let in are in it',
    broken: `select 'session ' || s.session_id || ' user ' || u.id as subject from
      (select session_id, user_id from session_members where level <> 'owner'
        union select session_id, subject_id from session_grants where subject_kind = 'user'
        union select g.session_id, m.user_id from session_grants g join group_members m on m.group_id = g.subject_id
          where g.subject_kind = 'group') as e
      join user_sessions s on s.session_id = e.session_id and s.erase_at is null
      join users u on u.id = e.user_id
      where coalesce((select m.level from session_members m where m.session_id = s.session_id and m.user_id = u.id), '')
        <> coalesce(case when s.user_id = u.id then 'owner' when u.deleted_at is not null then null else
          (select max(g.level) from session_grants g where g.session_id = s.session_id and (
            (g.subject_kind = 'user' and g.subject_id = u.id) or (g.subject_kind = 'group' and exists
              (select 1 from group_members m where m.group_id = g.subject_id and m.user_id = u.id)))) end, '')`,
  },
  {
    check: 'I7',
    rule: 'a session is shared with stored users and groups',
    broken: `select 'session ' || g.session_id as subject from session_grants g
      where not exists (select 1 from user_sessions s where s.session_id = g.session_id)
        or (g.subject_kind = 'user' and not exists (select 1 from users u where u.id = g.subject_id))
        or (g.subject_kind = 'group' and not exists (select 1 from groups o where o.id = g.subject_id))`,
  },
  {
    check: 'I7',
    rule: 'a turn’s author is a stored user',
    broken: `select 'turn ' || t.turn_id as subject from turns t
      where not exists (select 1 from users u where u.id = t.author_user_id)`,
  },
  {
    check: 'I7',
    rule: 'a group’s member and its group are stored',
    broken: `select 'group ' || group_id || ' user ' || user_id as subject from group_members m
      where not exists (select 1 from users u where u.id = m.user_id)
        or not exists (select 1 from groups g where g.id = m.group_id)`,
  },
  {
    check: 'I7',
    rule: 'who comes in through the provider is a stored user who is not deleted',
    broken: `select 'user ' || user_id as subject from oidc_identities i
      where not exists (select 1 from users u where u.id = i.user_id and u.deleted_at is null)`,
  },
  {
    check: 'I7',
    rule: 'an agent’s versions are dense from 1, and it stands at the newest',
    broken: `select 'agent ' || a.id as subject from agents a where a.version > 0 and (
      a.version <> (select count(*) from agent_versions v where v.agent_id = a.id)
      or a.version <> (select max(v.version) from agent_versions v where v.agent_id = a.id))`,
  },
  {
    check: 'I7',
    rule: 'a turn names a version that its agent has, or a draft of its session',
    broken: `select 'turn ' || t.turn_id as subject from turns t
      join user_sessions s on s.session_id = t.session_id
      where t.agent_version is not null and s.erase_at is null
      and not exists (select 1 from agent_versions v where v.agent_id = t.agent_id and v.version = t.agent_version)
      and not exists (select 1 from agent_drafts d where d.session_id = t.session_id and d.version = t.agent_version)`,
  },
  {
    check: 'I7',
    rule: 'a grant is of a stored group on an agent or a corpus that is not purged',
    broken: `select object_kind || ' ' || object_id || ' group ' || group_id as subject from grants x
      where not exists (select 1 from groups g where g.id = x.group_id)
        or (object_kind = 'agent' and not exists (select 1 from agents a where a.id = x.object_id and a.deleted_at is null))
        or (object_kind = 'corpus' and not exists
          (select 1 from corpora c where c.id = x.object_id and c.purged_at is null))`,
  },
  {
    check: 'I7',
    rule: 'a budget is everybody’s, or of a stored group or user',
    broken: `select kind || ' ' || subject_id as subject from budgets b
      where (kind = 'group' and not exists (select 1 from groups g where g.id = b.subject_id))
        or (kind = 'user' and not exists (select 1 from users u where u.id = b.subject_id and u.deleted_at is null))`,
  },
  {
    check: 'I7',
    rule: 'a login that was not ended is of an active user',
    broken: `select 'login ' || l.id || ' user ' || l.user_id as subject from login_tokens l
      where l.revoked_at is null and not exists
        (select 1 from users u where u.id = l.user_id and u.is_active = 1 and u.deleted_at is null)`,
  },
  {
    check: 'I7',
    rule: 'a passage is of a stored document in its corpus',
    broken: `select 'passage ' || p.passage_id as subject from passages p
      where not exists (select 1 from documents d where d.id = p.document_id and d.corpus_id = p.corpus_id)`,
  },
  {
    check: 'I7',
    rule: 'a version is older than the current one, or the next',
    broken: `select 'document ' || v.document_id || ' version ' || v.version as subject from document_versions v
      where not exists (select 1 from documents d where d.id = v.document_id and d.purged_at is null and
        ((v.state = 'old' and v.version < d.version) or (v.state <> 'old' and v.version = d.version + 1)))`,
  },
  {
    check: 'I7',
    rule: 'a text and a passage are of a version that is known',
    broken: `select 'document ' || t.document_id || ' version ' || t.version as subject from
        (select document_id, version from document_texts union select document_id, version from passages) t
      join documents d on d.id = t.document_id and d.purged_at is null and d.version <> t.version
      where not exists (select 1 from document_versions v where v.document_id = t.document_id and v.version = t.version)`,
  },
  {
    check: 'I7',
    rule: 'a version that is cited is kept whole',
    broken: `select 'document ' || v.document_id || ' version ' || v.version as subject from document_versions v
      where v.state = 'old' and exists
        (select 1 from citations c where c.document_id = v.document_id and c.document_version = v.version)
      and (not exists (select 1 from document_texts t where t.document_id = v.document_id and t.version = v.version)
        or v.passage_count <>
          (select count(*) from passages p where p.document_id = v.document_id and p.version = v.version))`,
  },
  {
    check: 'I7',
    rule: 'an old version names its original, and one whose reading failed none',
    broken: `select 'document ' || document_id || ' version ' || version as subject from document_versions
      where (state = 'old' and file_key = '') or (state = 'failed' and file_key <> '')`,
  },
  {
    check: 'I7',
    rule: 'a file that is to be removed is no original of a version',
    broken: `select 'file ' || f.file_key as subject from files_to_remove f
      where exists (select 1 from documents d where d.file_key = f.file_key and d.purged_at is null)
        or exists (select 1 from document_versions v where v.file_key = f.file_key)`,
  },
  {
    check: 'I7',
    rule: 'a document out of an archive is in the corpus of that archive',
    broken: `select 'document ' || d.id as subject from documents d where d.archive_id is not null
      and not exists (select 1 from documents a where a.id = d.archive_id and a.corpus_id = d.corpus_id)`,
  },
  {
    check: 'I7',
    rule: 'what was purged was deleted before',
    broken: `select 'document ' || id as subject from documents where purged_at is not null and deleted_at is null
      union all select 'corpus ' || id as subject from corpora where purged_at is not null and deleted_at is null`,
  },
  {
    check: 'I7',
    rule: 'a vector is of a passage of its corpus',
    broken: `select 'vector ' || v.rowid as subject from passage_vectors v
      where not exists (select 1 from passages p where p.rowid = v.rowid and p.corpus_id = v.corpus_id)`,
  },
  {
    check: 'I7',
    rule: 'vectors of one embedder have one length',
    broken: `select 'embedder ' || embedder as subject from passage_vectors
      group by embedder having count(distinct length(vector)) > 1`,
  },
  {
    check: 'I7',
    rule: 'a citation is of a stored agent_message',
    broken: `select 'session ' || c.session_id || ' seq ' || c.seq || ' citation ' || c.n as subject from citations c
      where not exists (select 1 from session_events e
        where e.session_id = c.session_id and e.seq = c.seq and e.type = 'agent_message')`,
  },
  {
    check: 'I8',
    rule: 'rev is drawn once for each change of a session',
    broken: `select 'session ' || max(session_id) || ' and session ' || min(session_id) || ' rev ' || rev as subject
      from user_sessions group by rev having count(*) > 1`,
  },
  {
    check: 'I8',
    rule: 'as many sessions of each status are counted as there are',
    broken: `select 'sessions of status ' || c.status as subject from session_counts c where c.sessions <>
      (select count(*) from user_sessions s where (case when s.deleted_at is not null then 2 else s.is_active end) = c.status)`,
  },
  {
    check: 'I8',
    rule: 'a corpus counts its documents, their bytes and their passages',
    broken: `select 'corpus ' || c.id as subject from corpora c where
      c.document_count <> (select count(*) from documents d where d.corpus_id = c.id and d.deleted_at is null)
      or c.passage_count <> (select coalesce(sum(d.passage_count), 0) from documents d
        where d.corpus_id = c.id and d.deleted_at is null and d.state = 'ready')
      or c.bytes <> (select coalesce(sum(d.bytes), 0) from documents d
        where d.corpus_id = c.id and d.deleted_at is null)`,
  },
  {
    check: 'I8',
    rule: 'a budget counts what it was charged',
    broken: `select subject from (select day || ' ' || kind || ' ' || subject_id as subject,
        sum(turns) as turns, sum(tokens) as tokens, sum(reserved_tokens) as reserved
      from (select day, kind, subject_id, turns, tokens, reserved_tokens from budget_usage
        union all select day, kind, subject_id, -turns, -tokens, -reserved_tokens from budget_charges) as booked
      group by day, kind, subject_id) as balance where turns <> 0 or tokens <> 0 or reserved <> 0`,
  },
  {
    check: 'I8',
    rule: 'an attempt is charged what it used, and holds a reservation while it runs alone',
    broken: `select 'turn ' || c.turn_id || ' attempt ' || c.attempt as subject from budget_charges c
      join turn_attempts a on a.turn_id = c.turn_id and a.attempt = c.attempt
      where (a.ended_at is null) <> (c.reserved_tokens > 0)
        or (a.ended_at is not null and c.tokens <> a.input_tokens + a.output_tokens)`,
  },
  {
    check: 'I7',
    rule: 'words of messages are kept for the owner of their session, and of none that no search may find',
    broken: `select 'session ' || w.session_id as subject from message_words w
      left join user_sessions s on s.session_id = w.session_id
      where s.session_id is null or s.user_id is null or s.user_id <> w.owner_id or s.temporary_until is not null
      group by w.session_id`,
  },
  {
    check: 'I8',
    rule: 'words of messages are in a pack, or kept as loose',
    broken: `select 'session ' || w.session_id as subject from message_words w
      where not exists (select 1 from loose_words l
          where l.owner_id = w.owner_id and l.session_id = w.session_id and l.block = w.block)
        and not exists (select 1 from word_pack_sessions p where p.session_id = w.session_id and p.owner_id = w.owner_id)
      group by w.session_id`,
  },
  {
    check: 'I8',
    rule: 'a pack of words names its blocks',
    broken: `select 'pack ' || w.pack as subject from word_packs w
      where not exists (select 1 from word_packs n where n.owner_id = w.owner_id and n.bucket = -1 and n.pack = w.pack)
      group by w.pack`,
  },
  {
    check: 'I7',
    rule: 'packs of words are kept for the owner of all their sessions',
    broken: `select 'session ' || w.session_id as subject
      from (select session_id, owner_id from word_pack_sessions union select session_id, owner_id from loose_words) w
      join user_sessions s on s.session_id = w.session_id
      where s.user_id is null or s.user_id <> w.owner_id or s.temporary_until is not null`,
  },
  {
    check: 'I8',
    rule: 'of an erased session only its own row is left',
    broken: `select 'session ' || s.session_id as subject from user_sessions s where s.erased_at is not null and (
      s.title <> '' or s.corpora <> '[]' or s.deleted_at is null or s.erase_at is null
      or exists (select 1 from session_members m where m.session_id = s.session_id and m.level <> 'owner') or ${[
        'session_events',
        'turns',
        'blobs',
        'citations',
        'adk_events',
        'adk_sessions',
        'session_state',
        'user_session_view',
        'session_grants',
        'session_visits',
        'agent_drafts',
        'session_authors',
        'message_words',
        'word_pack_sessions',
        'loose_words',
      ]
        .map((table) => `exists (select 1 from ${table} x where x.session_id = s.session_id)`)
        .join(' or ')})`,
  },
  {
    check: 'I8',
    rule: 'an erased user is named nowhere and owns nothing',
    broken: `select 'user ' || u.id as subject from users u where u.erased_at is not null and (
      u.username <> 'erased-' || u.id or u.email is not null or u.password_hash <> '' or u.is_active <> 0 or u.deleted_at is null
      or exists (select 1 from user_sessions s where s.user_id = u.id and s.erased_at is null)
      or exists (select 1 from corpora c where c.owner_user_id = u.id)
      or exists (select 1 from documents d where d.created_by = u.id)
      or exists (select 1 from document_access_log l where l.user_id = u.id)
      or exists (select 1 from evaluation_questions q where q.created_by = u.id)
      or exists (select 1 from evaluation_runs r where r.run_by = u.id)
      or exists (select 1 from agent_versions v where v.created_by = u.id)
      or exists (select 1 from login_tokens l where l.user_id = u.id)
      or exists (select 1 from api_keys k where k.user_id = u.id)
      or exists (select 1 from second_factors f where f.user_id = u.id)
      or exists (select 1 from oidc_identities i where i.user_id = u.id)
      or exists (select 1 from one_time_links o where o.user_id = u.id)
      or exists (select 1 from group_members m where m.user_id = u.id)
      or exists (select 1 from session_grants g where g.subject_kind = 'user' and g.subject_id = u.id)
      or exists (select 1 from session_members m where m.user_id = u.id and m.level <> 'owner')
      or exists (select 1 from session_visits v where v.user_id = u.id)
      or exists (select 1 from session_authors w where w.user_id = u.id)
      or exists (select 1 from audit_log a where a.personal is not null
        and (a.actor_user_id = u.id or (a.object_kind = 'user' and a.object_id = u.id))))`,
  },
  {
    check: 'I8',
    rule: 'nothing that was under a legal hold is erased since',
    // With a session goes what everybody wrote in it, and with a person what they wrote in sessions of others, of which their turns stay as facts.
    // One that is being brought in, or never was to the end, is marked for erasing from its beginning: it counts no event.
    broken: `with gone as materialized (select distinct t.session_id, t.author_user_id, u.erase_at from turns t
        join users u on u.id = t.author_user_id where u.erase_at is not null)
      select 'hold ' || h.id as subject from legal_holds h where h.released_at is null and (
      exists (select 1 from user_sessions s where s.erase_at > h.placed_at and s.last_seq > 0
        and ((h.subject_kind = 'session' and s.session_id = h.subject_id) or (h.subject_kind = 'user' and (s.user_id = h.subject_id
          or exists (select 1 from session_authors w where w.session_id = s.session_id and w.user_id = h.subject_id)))))
      or exists (select 1 from users u where h.subject_kind = 'user' and u.id = h.subject_id and u.erase_at > h.placed_at)
      or exists (select 1 from gone g join user_sessions s on s.session_id = g.session_id where g.erase_at > h.placed_at and s.erase_at is null
        and ((h.subject_kind = 'session' and s.session_id = h.subject_id) or (h.subject_kind = 'user' and (s.user_id = h.subject_id
          or exists (select 1 from turns x where x.session_id = s.session_id and x.author_user_id = h.subject_id
            and x.created_at < g.erase_at))))))`,
  },
  {
    check: 'blobs',
    rule: 'a blob is of a stored event',
    broken: `select 'blob ' || b.blob_id as subject from blobs b
      where b.blob_id not in (select blob_id from session_events where blob_id is not null)`,
  },
];

/** How much the rules looked at. */
export type TableCounts = Record<(typeof counted)[number], number>;

const counted = [
  'users',
  'user_sessions',
  'session_members',
  'session_events',
  'turns',
  'turn_attempts',
  'blobs',
  'corpora',
  'documents',
  'document_versions',
  'passages',
  'passage_vectors',
  'citations',
  'groups',
  'group_members',
  'grants',
  'budgets',
  'budget_charges',
  'usage_days',
  'login_tokens',
  'jobs',
] as const;

export const tableCounts = query(function* (db: Db, _args: Record<string, never>): Script<TableCounts> {
  const columns = counted.map((table) => sql`(select count(*) from ${sql.table(table)}) as ${sql.ref(table)}`);
  const rows = (yield sql`select ${sql.join(columns)}`.compile(db)) as TableCounts[];
  return { ...rows[0] } as TableCounts;
});
