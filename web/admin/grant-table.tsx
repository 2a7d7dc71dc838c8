import { useQuery } from '@tanstack/react-query';
import type { Group } from '../../src/contract/access.ts';
import { fetchGrants } from '../api/groups.ts';
import { named, t } from '../i18n/translate.ts';
import { Failure, Skeleton } from '../ui/states.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { GrantCell } from './grant-cell.tsx';
import { kindWords, switchedOffWords } from './grant-words.ts';
import { groupsKey } from './groups-key.ts';

/** What each group is granted of everything that can be granted: read at a glance, changed in place. */
export function GrantTable({ groups }: { groups: Group[] }) {
  const query = useQuery({ queryKey: [...groupsKey, 'grants'], queryFn: ({ signal }) => fetchGrants(signal) });
  return (
    <section aria-labelledby="grants" className="mt-8">
      <h2 id="grants" className="font-semibold">
        {t('Grants')}
      </h2>
      <p className="mt-1 mb-3 max-w-3xl text-sm text-muted">
        {t(
          'A change holds at once. Who is in several groups has the highest level of them; members read where curators curate. ' +
            'A corpus is also open to its owner and to administrators, an agent to its groups alone.',
        )}
      </p>
      {query.isPending && <Skeleton lines={4} />}
      {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} className="mb-3" />}
      {query.data && (
        <TableFrame label={t('Grants')}>
          <thead className="text-start text-xs text-muted">
            <tr className="border-b border-line *:px-4 *:py-2 *:font-medium">
              <th scope="col">{t('Agent or corpus')}</th>
              {groups.map((group) => (
                <th key={group.id} scope="col" className="max-w-48 truncate">
                  {named(group.name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {query.data.objects.map((object) => (
              <tr key={`${object.kind} ${object.object_id}`} className="border-b border-line last:border-0">
                <th scope="row" className="max-w-64 truncate px-4 py-1.5 text-start font-medium">
                  {object.name}
                  <span className="ms-2 text-xs font-normal text-muted">
                    {(object.is_active ? kindWords : switchedOffWords)[object.kind]}
                  </span>
                </th>
                {groups.map((group) => (
                  <td key={group.id} className="px-4 py-1.5">
                    <GrantCell group={group} object={object} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </TableFrame>
      )}
    </section>
  );
}
