import type { AuditAction, AuditObjectKind, By } from '../../contract/audit.ts';
import { newSecret } from '../../ids.ts';
import { personalHash } from '../audit-chain.ts';
import { encodeJson } from '../json.ts';
import { type Db, run, type Script } from '../script.ts';

/** What every command is told beside its own arguments that somebody asks for, or that records itself. */
export type Change = { at: string; by: By };

type Fact = string | number | boolean | null | readonly string[];

export type AuditEntry = Change & {
  action: AuditAction;
  object: { kind: AuditObjectKind; id: string };
  /** Ids, levels, counts: nothing that names or describes a person. */
  facts?: Readonly<Record<string, Fact>>;
  /** Names, addresses, reasons. Kept beside the chain, which holds a salted hash of it: it can be erased, and not be changed. */
  personal?: Readonly<Record<string, Fact>>;
};

/** Writes a record of the change that the same command makes: both commit, or neither does. The sealer chains it afterwards. */
export function* recordAudit(db: Db, { at, by, action, object, facts, personal }: AuditEntry): Script<void> {
  const hidden = personal && { text: encodeJson(personal), salt: newSecret() };
  yield* run(
    db.insertInto('audit_log').values({
      at,
      actor_user_id: by.userId,
      action,
      object_kind: object.kind,
      object_id: object.id,
      facts: encodeJson({
        ...facts,
        ...(by.through && 'apiKeyId' in by.through && { api_key_id: by.through.apiKeyId }),
        ...(hidden && { personal_hash: personalHash(hidden.salt, hidden.text) }),
      }),
      personal: hidden?.text ?? null,
      personal_salt: hidden?.salt ?? null,
      chain_no: null,
      chain_hash: null,
    }),
  );
}
