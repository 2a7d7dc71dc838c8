import { useQuery } from '@tanstack/react-query';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { fetchBackups } from '../api/backups.ts';
import { t } from '../i18n/translate.ts';
import { byteSize } from '../ui/byte-size.ts';
import { Facts } from '../ui/facts.tsx';
import { Moment } from '../ui/moment.tsx';
import { Section } from '../ui/section.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { type BackupVerdict, backupVerdict } from './backup-words.ts';

const askEveryMs = 60_000;

/** Whether there is a backup that would bring this store back, and how old it is. */
export function Backups() {
  const query = useQuery({
    queryKey: ['backups'],
    queryFn: async ({ signal }) => {
      const state = await fetchBackups(signal);
      return { ...state, verdict: backupVerdict(state, Date.now()) };
    },
    refetchInterval: askEveryMs,
  });
  return (
    <Section
      title={t('Verified backup')}
      hint={t('Backups are made by “perdure backup” on the server’s machine, which verifies them and notes it here.')}
    >
      {query.isPending && <Skeleton lines={3} />}
      {query.error && !query.data && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <div className="max-w-2xl">
          <Verdict of={query.data.verdict} />
          {(query.data.verified || query.data.failed) && <Facts of={factsOf(query.data)} />}
        </div>
      )}
    </Section>
  );
}

function Verdict({ of: { words, isFine } }: { of: BackupVerdict }) {
  const Icon = isFine ? CircleCheck : TriangleAlert;
  return (
    <p className="mb-2 flex items-start gap-2 text-sm font-medium">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${isFine ? 'text-accent' : 'text-danger'}`} />
      {words}
    </p>
  );
}

function factsOf({ verified, failed }: Awaited<ReturnType<typeof fetchBackups>>): Record<string, ReactNode> {
  return {
    ...(verified && {
      [t('State it holds')]: <Moment at={verified.made_at} />,
      [t('Last verified')]: <Moment at={verified.checked_at} />,
      [t('Size')]: t('{size}, with {originals, plural, one {# original file} other {# original files}}', {
        size: byteSize(verified.bytes),
        originals: verified.originals,
      }),
    }),
    ...(failed && { [t('Last failed check')]: <Moment at={failed.checked_at} /> }),
  };
}
