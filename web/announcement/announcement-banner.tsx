import { clsx } from 'clsx';
import { Info, TriangleAlert, X } from 'lucide-react';
import { t } from '../i18n/translate.ts';
import { IconButton } from '../ui/button.tsx';
import { AnnouncementText } from './announcement-text.tsx';
import { useShownAnnouncement } from './use-shown-announcement.ts';

/** What administrators say to everybody. The place for it is always there, so that screen readers say politely what comes into it. */
export function AnnouncementBanner({ isSignedIn, className }: { isSignedIn: boolean; className?: string }) {
  const { announcement, dismiss } = useShownAnnouncement(isSignedIn);
  const isWarning = announcement?.kind === 'warning';
  const Icon = isWarning ? TriangleAlert : Info;
  return (
    <div
      {...(announcement && { role: 'complementary', 'aria-label': t('Announcement') })}
      className={clsx(
        announcement && 'flex shrink-0 items-start gap-2.5 px-4 py-2 text-sm sm:px-6',
        isWarning ? 'bg-warn-soft' : 'bg-accent-soft',
        announcement && className,
      )}
    >
      {announcement && (
        <Icon aria-hidden className={clsx('mt-2 size-4 shrink-0', isWarning ? 'text-warn' : 'text-accent')} />
      )}
      <div role="status" className="max-h-40 min-w-0 flex-1 overflow-y-auto">
        {announcement && (
          <p className="py-1.5 wrap-anywhere whitespace-pre-line">
            <span className="sr-only">{isWarning ? t('Warning:') : t('Announcement:')} </span>
            <bdi>
              <AnnouncementText text={announcement.text} />
            </bdi>
          </p>
        )}
      </div>
      {announcement?.is_dismissible && isSignedIn && (
        <IconButton label={t('Close announcement')} onClick={() => void dismiss(announcement.version)}>
          <X aria-hidden />
        </IconButton>
      )}
    </div>
  );
}
