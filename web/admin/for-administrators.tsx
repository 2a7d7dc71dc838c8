import type { ReactNode } from 'react';
import { t } from '../i18n/translate.ts';
import { useServices } from '../services.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import { Empty } from '../ui/states.tsx';

/** Shows its content to administrators; says plainly to others whom it is for. The server decides, this only explains. */
export function ForAdministrators({ children }: { children: ReactNode }) {
  const { me } = useServices();
  if (me.role === 'administrator') return children;
  return (
    <>
      <PageHeader title={t('Administration')} />
      <main>
        <Empty title={t('This page is for administrators.')}>
          {t(
            'Your role is {role, select, member {member} curator {curator} other {{role}}}. Ask an administrator if you need what is here.',
            { role: me.role },
          )}
        </Empty>
      </main>
    </>
  );
}
