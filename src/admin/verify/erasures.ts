import type { VerifyAuditRecord } from '../../store/queries/verify.ts';

type Seen = Pick<
  VerifyAuditRecord,
  'position' | 'actor_user_id' | 'action' | 'object_kind' | 'object_id' | 'facts' | 'object_is_erased'
>;

/** Audit records whose personal data is gone, and what explains it: a record that somebody is erased, with an account that is, or that the
 *  server deleted a corpus for them, which has no name any more. Clearing the data of a record by hand is an edit like any other. */
export class Erasures {
  count = 0;
  /** By whom and on what: one of each kind stands for all. */
  readonly #gone = new Map<string, Seen>();
  readonly #people = new Set<string>();
  readonly #corpora = new Set<string>();
  readonly #inviteeOf = new Map<string, string>();

  /** Takes note of a record without its personal data. */
  see(record: Seen): void {
    this.count += 1;
    const { actor_user_id: actor, action, object_id: object } = record;
    const key = `${action === 'session.read' ? action : ''} ${actor} ${object}`;
    if (!this.#gone.has(key)) this.#gone.set(key, record);
  }

  /** Takes note of what a record tells about erasing. */
  learn({ actor_user_id: actor, action, object_id: object, object_is_erased }: Seen): void {
    if (action === 'user.erasure_began' && object_is_erased) this.#people.add(object);
    if (action === 'invitation.accepted' && actor !== null) this.#inviteeOf.set(object, actor);
    // Nobody’s: the server records this only for an erased owner.
    if ((action === 'corpus.deleted' || action === 'corpus.purged') && actor === null && object_is_erased)
      this.#corpora.add(object);
  }

  /** Positions of records that no erasure explains; asked once all records were seen. */
  unexplained(): number[] {
    return [...this.#gone.values()].filter((record) => !this.#isExplained(record)).map(({ position }) => position);
  }

  #isExplained(record: Seen): boolean {
    const { actor_user_id: actor, action, object_kind: kind, object_id: object } = record;
    if (kind === 'session' && record.object_is_erased) return true;
    if (action !== 'session.read' && actor !== null && this.#people.has(actor)) return true;
    if (kind === 'user' && this.#people.has(object)) return true;
    if (kind === 'corpus' && this.#corpora.has(object)) return true;
    if (kind === 'document' && this.#corpora.has(corpusIdIn(record.facts) ?? '')) return true;
    return this.#people.has(this.#inviteeOf.get(object) ?? '');
  }
}

function corpusIdIn(facts: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(facts);
    return typeof parsed === 'object' &&
      parsed !== null &&
      'corpus_id' in parsed &&
      typeof parsed.corpus_id === 'string'
      ? parsed.corpus_id
      : undefined;
  } catch {
    return undefined;
  }
}
