import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AccessReason, GrantLevel, UserAccess } from '../../src/contract/access.ts';
import { fetchUserAccess } from '../api/admin.ts';
import { named, rich, t } from '../i18n/translate.ts';
import { elementsInRow } from '../i18n/in-row.ts';
import { Section } from '../ui/section.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { kindWords, levelWords } from './grant-words.ts';
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
      <Section title={t('Groups')}>
        {query.isPending && <Skeleton lines={1} />}
        {access && (
          <ul className="flex flex-wrap gap-2 text-sm">
            {access.groups.map((group) => (
              <li
                key={group.group_id}
                className="max-w-full truncate rounded-lg border border-line bg-surface px-2.5 py-1"
              >
                <GroupLink id={group.group_id} name={named(group.name)} />
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title={t('May use')}>
        {query.isPending && <Skeleton lines={3} />}
        {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
        {access && !access.is_active && (
          <p className="text-sm text-muted">{t('Nothing while the account is deactivated.')}</p>
        )}
        {access?.is_active && access.objects.length === 0 && <p className="text-sm text-muted">{t('Nothing.')}</p>}
        {access && access.objects.length > 0 && <AccessTable objects={access.objects} />}
      </Section>
    </>
  );
}

function AccessTable({ objects }: { objects: UserAccess['objects'] }) {
  return (
    <TableFrame label={t('May use')}>
      <thead className="text-start text-xs text-muted">
        <tr className="border-b border-line *:px-4 *:py-2 *:font-medium">
          <th>{t('Name')}</th>
          <th>{t('Kind')}</th>
          <th>{t('Level')}</th>
          <th>{t('Why')}</th>
        </tr>
      </thead>
      <tbody>
        {objects.map((object) => (
          <tr key={`${object.kind} ${object.object_id}`} className="border-b border-line last:border-0 *:px-4 *:py-2">
            <td className="max-w-64 truncate font-medium">{object.name}</td>
            <td className="capitalize">{kindWords[object.kind]}</td>
            <td className="capitalize">{levelWords[object.level]}</td>
            <td className="min-w-48">
              {elementsInRow(object.reasons.map((reason) => reasonWords(reason, object.level)))}
            </td>
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}

/** One reason in words, with its own level where that is a lower one. */
function reasonWords(reason: AccessReason, of: GrantLevel): ReactNode {
  const level = levelWords[reason.level];
  const isLower = reason.level !== of;
  switch (reason.because) {
    case 'administrator':
      return isLower ? t('as administrator ({level})', { level }) : t('as administrator');
    case 'owner':
      return isLower ? t('as owner ({level})', { level }) : t('as owner');
    case 'group': {
      const group = <GroupLink id={reason.group_id} name={named(reason.group_name)} />;
      return isLower
        ? rich('through group {group} ({level})', { group, level })
        : rich('through group {group}', { group });
    }
  }
}

const GroupLink = ({ id, name }: { id: string; name: string }) => (
  <Link to="/admin/groups/$groupId" params={{ groupId: id }} className="link">
    {name}
  </Link>
);
