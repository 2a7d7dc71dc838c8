import { named, t } from '../i18n/translate.ts';

/** A session has no title of its own until its first message. */
export const sessionTitle = (session: { title: string }): string => named(session.title) || t('New session');
