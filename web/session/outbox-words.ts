import { t } from '../i18n/translate.ts';
import type { Pending } from './outbox.ts';
import type { Hindrance } from './outbox-entries.ts';

/** What stands under a message that is on its way. */
export function onItsWay({ acked, hindrance, isKept }: Pending): string {
  if (acked) return t('Sent, waiting');
  if (hindrance === undefined) return t('Sending…');
  const words = reasons[hindrance];
  return isKept ? words : t('{words} This browser has no room to keep it: leave this page open until then.', { words });
}

const reasons: Record<Hindrance, string> = {
  unreachable: t('Not sent yet: no connection. It will be sent when the connection is back.'),
  busy: t('Not sent yet: the server has too much to do. It will be sent in a moment.'),
  failing: t('Not sent yet: the server has a problem. It will be sent when that is over.'),
  signed_out: t('Not sent yet: you are signed out. It will be sent when you are signed in again.'),
};
