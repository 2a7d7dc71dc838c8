import type { ComponentType } from 'react';
import { t } from '../../i18n/translate.ts';
import { lazyPage } from '../../lazy-page.ts';

/** A part of the settings: `/admin/settings/ID`. */
export type SettingsSection = { id: string; title: string; Content: ComponentType };

/** All of them, in the order of the list; the first is shown at `/admin/settings`. */
export const sections: readonly SettingsSection[] = [
  { id: 'models', title: t('Models'), Content: lazyPage(() => import('./models/models-section.tsx'), 'ModelsSection') },
  {
    id: 'embedder',
    title: t('Embedder'),
    Content: lazyPage(() => import('./embedder/embedder-section.tsx'), 'EmbedderSection'),
  },
  {
    id: 'sign-in',
    title: t('Sign-in'),
    Content: lazyPage(() => import('./sign-in/sign-in-section.tsx'), 'SignInSection'),
  },
  {
    id: 'branding',
    title: t('Branding'),
    Content: lazyPage(() => import('./branding/branding-section.tsx'), 'BrandingSection'),
  },
  {
    id: 'announcement',
    title: t('Announcement'),
    Content: lazyPage(() => import('./announcement/announcement-section.tsx'), 'AnnouncementSection'),
  },
  {
    id: 'retention',
    title: t('Retention'),
    Content: lazyPage(() => import('./retention/retention-section.tsx'), 'RetentionSection'),
  },
  {
    id: 'holds',
    title: t('Legal holds'),
    Content: lazyPage(() => import('./holds/holds-section.tsx'), 'HoldsSection'),
  },
];
