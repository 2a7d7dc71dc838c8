import {
  type AdminSessionSort,
  type AdminSessionStatus,
  adminSessionSort,
  adminSessionStatus,
} from '../../src/contract/admin.ts';
import { textOf } from '../address.ts';

/** Which sessions the page lists, as its address has it. */
export type SessionsSearch = {
  q?: string;
  username?: string;
  agent_id?: string;
  /** Active ones where nothing is said. */
  status?: AdminSessionStatus;
  sort?: AdminSessionSort;
};

/** Leaves out what no page of ours wrote. Pure. */
export function readSessionsSearch(search: Record<string, unknown>): SessionsSearch {
  const found: { [Name in keyof SessionsSearch]: SessionsSearch[Name] | undefined } = {
    q: textOf(search['q']),
    username: textOf(search['username']),
    agent_id: textOf(search['agent_id']),
    status: adminSessionStatus.safeParse(search['status']).data,
    sort: adminSessionSort.safeParse(search['sort']).data,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as SessionsSearch;
}
