import type { ReactNode } from 'react';
import { useServices } from '../services.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import { Empty } from '../ui/states.tsx';

/** Shows its content to administrators; says plainly to others whom it is for. The server decides, this only explains. */
export function ForAdministrators({ children }: { children: ReactNode }) {
  const { me } = useServices();
  if (me.role === 'administrator') return children;
  return (
    <>
      <PageHeader title="Administration" />
      <main>
        <Empty title="This page is for administrators.">
          Your role is {me.role}. Ask an administrator if you need what is here.
        </Empty>
      </main>
    </>
  );
}
