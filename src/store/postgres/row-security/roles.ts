import { createHash } from 'node:crypto';

/** The roles that statements run as, each for its own. None can log in, owns anything or is above a policy. They are named after the login of
 *  the server: who shares a login shares everything anyway, and whoever has another login has other roles. */
export type Roles = {
  /** Reads one person's rows: those of `perdure.user_id`, and none while that is not set. */
  member: string;
  /** Commands, claims, sweeps, jobs and what they read. */
  worker: string;
  /** Reads what administrators' lists show, no payload. */
  facts: string;
};

/** A name holds 63 bytes. */
const maxLoginBytes = 48;

export function rolesOf(login: string): Roles {
  const stem =
    Buffer.byteLength(login) <= maxLoginBytes
      ? login
      : `perdure_${createHash('sha256').update(login).digest('hex').slice(0, 16)}`;
  return { member: `${stem}_member`, worker: `${stem}_worker`, facts: `${stem}_admin_facts` };
}

/** Whose rows a transaction of the member's role sees. */
export const userSetting = 'perdure.user_id';
