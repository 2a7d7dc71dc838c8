import type { GrantKind, GrantLevel } from '../../contract/access.ts';
import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';

export type GrantedObject = {
  kind: GrantKind;
  id: string;
  name: string;
  is_active: number;
  grants: { group_id: string; level: GrantLevel }[];
};

/** Every agent, then every corpus that is not deleted, each by name, with every group it is granted to. */
export const grantMatrix = query(function* (db: Db, _args: Record<string, never>): Script<GrantedObject[]> {
  const agents = yield* all(
    db
      .selectFrom('agents')
      .select(['id', 'name', 'is_active'])
      .where('deleted_at', 'is', null)
      .orderBy('is_builtin', 'desc')
      .orderBy('name')
      .orderBy('id'),
  );
  const corpora = yield* all(
    db
      .selectFrom('corpora')
      .select(['id', 'name', 'is_active'])
      .where('deleted_at', 'is', null)
      .orderBy('name_key')
      .orderBy('id'),
  );
  const grants = yield* all(
    db
      .selectFrom('grants')
      .select(['object_kind', 'object_id', 'group_id', 'level'])
      .$narrowType<{ object_kind: GrantKind; level: GrantLevel }>(),
  );
  const found = new Map<string, GrantedObject['grants']>();
  for (const { object_kind, object_id, ...grant } of grants) {
    const key = `${object_kind} ${object_id}`;
    const known = found.get(key);
    if (known) known.push(grant);
    else found.set(key, [grant]);
  }
  const withGrants = (kind: GrantKind, object: { id: string; name: string; is_active: number }): GrantedObject => ({
    kind,
    ...object,
    grants: found.get(`${kind} ${object.id}`) ?? [],
  });
  return [
    ...agents.map((agent) => withGrants('agent', agent)),
    ...corpora.map((corpus) => withGrants('corpus', corpus)),
  ];
});
