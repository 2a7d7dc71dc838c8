import { daysAfter, retentionBounds } from '../../contract/retention.ts';
import type { VerifyAuditRecord } from '../../store/queries/verify.ts';

type Seen = Pick<
  VerifyAuditRecord,
  'position' | 'at' | 'actor_user_id' | 'action' | 'object_kind' | 'object_id' | 'facts' | 'object_is_erased'
>;

/** Audit records whose personal data is gone, and what explains it: a record that somebody is erased, with an account that is, that the server
 *  deleted a corpus for them, which has no name any more, or that a rule of retention took what was older than a moment. Clearing the data of a record by hand is an edit like any other. */
export class Erasures {
  count = 0;
  /** By whom and on what: the first and the newest of each kind stand for all. */
  readonly #gone = new Map<string, { first: Seen; newest: Seen }>();
  readonly #people = new Set<string>();
  readonly #corpora = new Set<string>();
  readonly #inviteeOf = new Map<string, string>();
  /** What is older went by a rule of retention. */
  #sweptBefore = '';

  /** Takes note of a record without its personal data. */
  see(record: Seen): void {
    this.count += 1;
    const { actor_user_id: actor, action, object_id: object } = record;
    const key = `${action === 'session.read' ? action : ''} ${actor} ${object}`;
    const same = this.#gone.get(key);
    if (!same) this.#gone.set(key, { first: record, newest: record });
    else if (record.at > same.newest.at) same.newest = record;
  }

  /** Takes note of what a record tells about erasing. */
  learn({ at, actor_user_id: actor, action, object_id: object, facts, object_is_erased }: Seen): void {
    if (action === 'user.erasure_began' && object_is_erased) this.#people.add(object);
    if (action === 'invitation.accepted' && actor !== null) this.#inviteeOf.set(object, actor);
    // Nobody’s: the server records this only for an erased owner.
    if ((action === 'corpus.deleted' || action === 'corpus.purged') && actor === null && object_is_erased)
      this.#corpora.add(object);
    if (action === 'retention.swept' && actor === null && object === 'retention.audit_personal') {
      const before = factOf(facts, 'before') ?? '';
      // No rule takes what is newer.
      const isLawful = before <= daysAfter(at, -retentionBounds.audit_personal.least);
      if (isLawful && before > this.#sweptBefore) this.#sweptBefore = before;
    }
  }

  /** Positions of records that no erasure explains; asked once all records were seen. */
  unexplained(): number[] {
    return [...this.#gone.values()].flatMap(({ first, newest }) => {
      if (newest.at < this.#sweptBefore || this.#isExplained(first)) return [];
      return [first.at < this.#sweptBefore ? newest.position : first.position];
    });
  }

  #isExplained(record: Seen): boolean {
    const { actor_user_id: actor, action, object_kind: kind, object_id: object } = record;
    if (kind === 'session' && record.object_is_erased) return true;
    if (action !== 'session.read' && actor !== null && this.#people.has(actor)) return true;
    if (kind === 'user' && this.#people.has(object)) return true;
    if (kind === 'corpus' && this.#corpora.has(object)) return true;
    if (kind === 'document' && this.#corpora.has(factOf(record.facts, 'corpus_id') ?? '')) return true;
    return this.#people.has(this.#inviteeOf.get(object) ?? '');
  }
}

/** A text among the facts. */
function factOf(facts: string, name: string): string | undefined {
  try {
    const value: unknown = (JSON.parse(facts) as Readonly<Record<string, unknown>> | null)?.[name];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
