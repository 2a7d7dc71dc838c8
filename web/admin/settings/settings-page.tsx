import { getRouteApi, Link, Navigate } from '@tanstack/react-router';
import { Suspense } from 'react';
import { t } from '../../i18n/translate.ts';
import { PageHeader } from '../../shell/page-header.tsx';
import { Empty, Skeleton } from '../../ui/states.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { ForAdministrators } from '../for-administrators.tsx';
import { type SettingsSection, sections } from './sections.ts';

const route = getRouteApi('/shell/admin/settings/$section');

/** What an administrator sets for everybody, one section at a time. */
export function AdminSettingsPage() {
  const { section: id } = route.useParams();
  const shown = sections.find((section) => section.id === id);
  useTitle(shown ? t('Settings: {section}', { section: shown.title }) : t('Settings'));
  return (
    <ForAdministrators>
      <PageHeader title={t('Settings')} />
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        <div className="mx-auto flex max-w-5xl gap-x-8 gap-y-4 max-md:flex-col">
          <SectionList />
          <div className="min-w-0 flex-1">{shown ? <Shown section={shown} /> : <Unknown />}</div>
        </div>
      </main>
    </ForAdministrators>
  );
}

/** `/admin/settings` leads to the first section. */
export function FirstSettings() {
  return <Navigate to="/admin/settings/$section" params={{ section: sections[0]?.id ?? '' }} replace />;
}

function SectionList() {
  return (
    <nav aria-label={t('Sections of the settings')} className="flex shrink-0 flex-wrap gap-1 md:w-44 md:flex-col">
      {sections.map(({ id, title }) => (
        <Link
          key={id}
          to="/admin/settings/$section"
          params={{ section: id }}
          className="flex min-h-9 items-center rounded-lg px-2.5 text-sm text-muted hover:bg-hover hover:text-ink"
          activeProps={{ className: 'bg-hover font-medium text-ink!' }}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}

function Shown({ section: { id, Content } }: { section: SettingsSection }) {
  return (
    <Suspense key={id} fallback={<Skeleton lines={6} />}>
      <Content />
    </Suspense>
  );
}

function Unknown() {
  return <Empty title={t('There is no such section of the settings.')}>{t('Choose one from the list.')}</Empty>;
}
