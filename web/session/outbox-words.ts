import type { Pending } from './outbox.ts';
import type { Hindrance } from './outbox-entries.ts';

/** What stands under a message that is on its way. */
export function onItsWay({ acked, hindrance, isKept }: Pending): string {
  if (acked) return 'Sent, waiting';
  if (hindrance === undefined) return 'Sending…';
  const place = isKept ? '' : ' This browser has no room to keep it: leave this page open until then.';
  return `Not sent yet: ${reasons[hindrance]}${place}`;
}

const reasons: Record<Hindrance, string> = {
  unreachable: 'no connection. It will be sent when the connection is back.',
  busy: 'the server has too much to do. It will be sent in a moment.',
  failing: 'the server has a problem. It will be sent when that is over.',
  signed_out: 'you are signed out. It will be sent when you are signed in again.',
};
