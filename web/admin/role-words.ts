import type { Role } from '../../src/contract/auth.ts';
import { t } from '../i18n/translate.ts';

/** What a person is, where it stands alone. */
export const roleWords: Readonly<Record<Role, string>> = {
  member: t('member'),
  curator: t('curator'),
  administrator: t('administrator'),
};
