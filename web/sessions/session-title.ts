import { t } from '../i18n/translate.ts';

/** A session has no title until its first message. */
export const sessionTitle = (session: { title: string }): string => session.title || t('New session');
