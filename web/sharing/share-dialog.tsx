import type { SessionRow } from '../../src/contract/sessions.ts';
import { t } from '../i18n/translate.ts';
import { sessionTitle } from '../sessions/session-title.ts';
import { ReadingDialog } from '../ui/dialog.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { AddShare } from './add-share.tsx';
import { PeopleHere } from './people-here.tsx';
import { ShareItem } from './share-item.tsx';
import { useSessionPeople } from './use-session-people.ts';

export type ShareDialogProps = {
  row: Pick<SessionRow, 'session_id' | 'title' | 'sharing'> & { rev?: number };
  onClose(): void;
};

/** Who has a session: for its owner to change, for others to read. */
export function ShareDialog({ row, onClose }: ShareDialogProps) {
  const sessionId = row.session_id;
  const title = sessionTitle(row);
  const { people, error } = useSessionPeople(sessionId, { enabled: true, rev: row.rev });
  const isOwner = people?.access === 'owner';
  const owner = people?.people.find(({ access }) => access === 'owner');
  return (
    <ReadingDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={isOwner || !people ? t('Share “{title}”', { title }) : t('Who has “{title}”', { title })}
    >
      <p className="text-sm text-muted">
        {isOwner
          ? t(
              'Whoever you share it with sees the whole session, what was said before too, and quotes from documents ' +
                'that they may not open themselves. A change holds at once.',
            )
          : owner && t('{name} owns this session and decides who has it.', { name: owner.name })}
      </p>
      {!people && !error && <Skeleton lines={3} className="mt-4" />}
      {error !== null && error !== undefined && <Failure error={error} className="mt-4" />}
      {people && (
        <>
          {isOwner && <AddShare sessionId={sessionId} shares={people.shares} />}
          {people.shares.length === 0 ? (
            <p className="mt-4 text-sm">{t('Nobody has it but you.')}</p>
          ) : (
            <ul
              aria-label={t('Who it is shared with')}
              className="mt-4 divide-y divide-line rounded-xl border border-line"
            >
              {people.shares.map((share) => (
                <ShareItem
                  key={`${share.kind} ${share.id}`}
                  sessionId={sessionId}
                  share={share}
                  person={people.people.find(({ user_id }) => share.kind === 'user' && user_id === share.id)}
                  isOwner={isOwner}
                />
              ))}
            </ul>
          )}
          <PeopleHere people={people} />
        </>
      )}
    </ReadingDialog>
  );
}
