import { sha256 } from '../ids.ts';

/** What is chained of an audit record. */
export type ChainedRecord = {
  at: string;
  actor_user_id: string | null;
  action: string;
  object_kind: string;
  object_id: string;
  facts: string;
};

/** The hash that seals a record: SHA-256, as lower-case hex, of the previous record's hash (of nothing for the first) followed by the
 *  record's columns as one JSON array. */
export function chainHash(previous: string, record: ChainedRecord): string {
  const { at, actor_user_id, action, object_kind, object_id, facts } = record;
  return sha256(previous + JSON.stringify([at, actor_user_id, action, object_kind, object_id, facts]));
}

/** What the chain holds of personal data. Without the salt, which is erased with it, nobody can find it again by guessing. */
export function personalHash(salt: string, personal: string): string {
  return sha256(salt + personal);
}
