import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import type { AccessReason, UserAccess } from '../../src/contract/access.ts';
import { fetchUserAccess } from '../api/admin.ts';
import { Section } from '../ui/section.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { groupsKey } from './groups-key.ts';

/** The groups of a user, and what they may use and why. */
export function UserAccessSection({ userId }: { userId: string }) {
  const query = useQuery({
    queryKey: [...groupsKey, 'access-of', userId],
    queryFn: ({ signal }) => fetchUserAccess(userId, signal),
  });
  const access = query.data;
  return (
    <>
      <Section title="Groups">
        {query.isPending && <Skeleton lines={1} />}
        {access && (
          <ul className="flex flex-wrap gap-2 text-sm">
            {access.groups.map((group) => (
              <li
                key={group.group_id}
                className="max-w-full truncate rounded-lg border border-line bg-surface px-2.5 py-1"
              >
                <GroupLink id={group.group_id} name={group.name} />
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="May use">
        {query.isPending && <Skeleton lines={3} />}
        {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
        {access && !access.is_active && <p className="text-sm text-muted">Nothing while the account is deactivated.</p>}
        {access?.is_active && access.objects.length === 0 && <p className="text-sm text-muted">Nothing.</p>}
        {access && access.objects.length > 0 && <AccessTable objects={access.objects} />}
      </Section>
    </>
  );
}

function AccessTable({ objects }: { objects: UserAccess['objects'] }) {
  return (
    <TableFrame label="May use">
      <thead className="text-start text-xs text-muted">
        <tr className="border-b border-line *:px-4 *:py-2 *:font-medium">
          <th>Name</th>
          <th>Kind</th>
          <th>Level</th>
          <th>Why</th>
        </tr>
      </thead>
      <tbody>
        {objects.map((object) => (
          <tr key={`${object.kind} ${object.object_id}`} className="border-b border-line last:border-0 *:px-4 *:py-2">
            <td className="max-w-64 truncate font-medium">{object.name}</td>
            <td className="capitalize">{object.kind}</td>
            <td className="capitalize">{object.level}</td>
            <td className="min-w-48">
              {object.reasons.map((reason, at) => (
                <Fragment key={reason.because === 'group' ? reason.group_id : reason.because}>
                  {at > 0 && ', '}
                  <Reason reason={reason} of={object.level} />
                </Fragment>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}

/** One reason in words, with its own level where that is a lower one. */
function Reason({ reason, of }: { reason: AccessReason; of: string }) {
  const lower = reason.level === of ? '' : ` (${reason.level})`;
  switch (reason.because) {
    case 'administrator':
      return <>as administrator{lower}</>;
    case 'owner':
      return <>as owner{lower}</>;
    case 'group':
      return (
        <>
          through group <GroupLink id={reason.group_id} name={reason.group_name} />
          {lower}
        </>
      );
  }
}

const GroupLink = ({ id, name }: { id: string; name: string }) => (
  <Link to="/admin/groups/$groupId" params={{ groupId: id }} className="link">
    {name}
  </Link>
);
