import type { ComponentType } from 'react';
import { lazyPage } from '../../lazy-page.ts';

/** A part of the settings: `/admin/settings/ID`. */
export type SettingsSection = { id: string; title: string; Content: ComponentType };

/** All of them, in the order of the list; the first is shown at `/admin/settings`. */
export const sections: readonly SettingsSection[] = [
  { id: 'models', title: 'Models', Content: lazyPage(() => import('./models/models-section.tsx'), 'ModelsSection') },
  {
    id: 'embedder',
    title: 'Embedder',
    Content: lazyPage(() => import('./embedder/embedder-section.tsx'), 'EmbedderSection'),
  },
  {
    id: 'sign-in',
    title: 'Sign-in',
    Content: lazyPage(() => import('./sign-in/sign-in-section.tsx'), 'SignInSection'),
  },
  {
    id: 'branding',
    title: 'Branding',
    Content: lazyPage(() => import('./branding/branding-section.tsx'), 'BrandingSection'),
  },
  {
    id: 'announcement',
    title: 'Announcement',
    Content: lazyPage(() => import('./announcement/announcement-section.tsx'), 'AnnouncementSection'),
  },
  {
    id: 'retention',
    title: 'Retention',
    Content: lazyPage(() => import('./retention/retention-section.tsx'), 'RetentionSection'),
  },
  {
    id: 'holds',
    title: 'Legal holds',
    Content: lazyPage(() => import('./holds/holds-section.tsx'), 'HoldsSection'),
  },
];
