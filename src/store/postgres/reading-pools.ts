import type { Query } from '../command.ts';
import { forWhom, type QueryName } from '../queries/for-whom.ts';
import { createReaders, type Readers } from './readers.ts';
import { actAs } from './row-security/act-as.ts';
import type { Roles } from './row-security/roles.ts';
import type { RowSecurity } from './row-security/secure-rows.ts';

/** Runs queries as those for whom they are declared. */
export type ReadingPools = {
  read(name: string, query: Query<unknown, unknown>, args: unknown): Promise<unknown>;
  close(): Promise<void>;
};

export type PoolSizes = Readonly<Record<keyof Roles, number>>;

/** A pool for each role: a connection is never another's. Without row security there is one for all.
 *  @param sizes  connections of each at most */
export function createReadingPools(options: {
  url: string;
  name: string;
  rowSecurity: RowSecurity;
  sizes: PoolSizes;
  deadlineMs: number;
}): ReadingPools {
  const { url, rowSecurity, sizes, deadlineMs } = options;
  const open = (role: keyof Roles, connections: number) =>
    createReaders({
      url,
      name: `${options.name} ${role}`,
      settings: actAs(rowSecurity, role),
      connections,
      deadlineMs,
    });
  const pools = rowSecurity.isOn ? forRoles(open, sizes) : forAll(open, sizes);
  return {
    read(name, query, args) {
      const whose = forWhom[name as QueryName];
      if (typeof whose === 'string') return pools[whose].read(query, args);
      return pools.member.read(query, args, rowSecurity.isOn ? namedIn(args, whose.member) : undefined);
    },
    async close() {
      await Promise.all([...new Set(Object.values(pools))].map((pool) => pool.close()));
    },
  };
}

type Open = (role: keyof Roles, connections: number) => Readers;

function forRoles(open: Open, sizes: PoolSizes): Record<keyof Roles, Readers> {
  return {
    member: open('member', sizes.member),
    worker: open('worker', sizes.worker),
    facts: open('facts', sizes.facts),
  };
}

function forAll(open: Open, sizes: PoolSizes): Record<keyof Roles, Readers> {
  const all = open('worker', sizes.member + sizes.worker);
  return { member: all, worker: all, facts: all };
}

/** Nobody where the argument is missing or is no text: then no row is seen. */
function namedIn(args: unknown, name: string): string {
  const value = typeof args === 'object' && args !== null ? (args as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : '';
}
