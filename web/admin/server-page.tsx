import { t } from '../i18n/translate.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { useTitle } from '../ui/use-title.ts';
import { Backups } from './backups.tsx';
import { ForAdministrators } from './for-administrators.tsx';

/** How the server itself stands. */
export function AdminServerPage() {
  useTitle(t('Server'));
  return (
    <ForAdministrators>
      <PageHeader title={t('Server')} />
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        <Backups />
      </main>
    </ForAdministrators>
  );
}
