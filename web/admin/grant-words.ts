import type { GrantKind, GrantLevel } from '../../src/contract/access.ts';
import { t } from '../i18n/translate.ts';

/** What can be granted, where it stands alone. */
export const kindWords: Readonly<Record<GrantKind, string>> = { agent: t('agent'), corpus: t('corpus') };

export const switchedOffWords: Readonly<Record<GrantKind, string>> = {
  agent: t('agent, switched off'),
  corpus: t('corpus, switched off'),
};

/** How far a grant goes, where it stands alone. */
export const levelWords: Readonly<Record<GrantLevel, string>> = {
  use: t('use', {}, 'level of a grant'),
  read: t('read', {}, 'level of a grant'),
  curate: t('curate', {}, 'level of a grant'),
};
