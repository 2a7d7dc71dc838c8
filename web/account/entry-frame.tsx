import type { ReactNode } from 'react';
import { AnnouncementBanner } from '../announcement/announcement-banner.tsx';
import { LanguageField } from '../i18n/language-field.tsx';
import { Brand } from '../ui/brand.tsx';

/** A page of somebody who is not signed in, or not quite. */
export function EntryFrame({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <main className="flex min-h-full flex-col items-center px-4 py-10">
      <AnnouncementBanner isSignedIn={false} className="mb-8 w-full max-w-2xl rounded-xl" />
      <div className="my-auto w-full max-w-sm">
        <Brand className="mb-8 text-xl" />
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        {lead && <p className="mt-1 text-sm text-muted">{lead}</p>}
        {children}
      </div>
      <LanguageField />
    </main>
  );
}
