import type { GrantKind, ObjectAccess, UserAccess } from '../contract/access.ts';
import { AppError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { explainAccess } from './explain-access.ts';
import { type NamePage, pageByName } from './page-by-name.ts';

type Ports = { store: Store };

/** Who may use an object, and why: the groups it is granted to, and a page of the users by name.
 *  @throws AppError not_found; bad_request for a cursor that no page gave */
export async function explainObject(
  { store }: Ports,
  { kind, objectId }: { kind: GrantKind; objectId: string },
  page: NamePage,
): Promise<ObjectAccess> {
  let facts: Awaited<ReturnType<Store['scan']['objectAccessFacts']>>;
  const { rows, nextCursor } = await pageByName(
    page,
    async (range) => {
      facts = await store.scan.objectAccessFacts({ kind, objectId, ...range });
      return facts?.users ?? [];
    },
    (user) => user.username.toLowerCase(),
  );
  if (!facts) throw new AppError('not_found');
  const { object, groups } = facts;
  return {
    kind,
    object_id: object.id,
    name: object.name,
    is_active: object.is_active === 1,
    groups: groups.map(({ id, name, level, member_count }) => ({ group_id: id, name, level, member_count })),
    users: rows.flatMap((user) => {
      const { id: user_id, username, display_name, role } = user;
      const explained = explainAccess(user);
      return explained ? [{ user_id, username, display_name, role, ...explained }] : [];
    }),
    next_cursor: nextCursor,
  };
}

/** The groups of a user, and what they may use and why: nothing while the user is not active.
 *  @throws AppError not_found */
export async function explainUser({ store }: Ports, userId: string): Promise<UserAccess> {
  const facts = await store.scan.userAccessFacts({ userId });
  if (!facts) throw new AppError('not_found');
  const { user, groups, objects } = facts;
  return {
    user_id: user.id,
    username: user.username,
    role: user.role,
    is_active: user.is_active === 1,
    groups: groups.map(({ id, name }) => ({ group_id: id, name })),
    objects: objects.flatMap((object) => {
      const explained = explainAccess(object);
      return explained ? [{ kind: object.kind, object_id: object.id, name: object.name, ...explained }] : [];
    }),
  };
}
