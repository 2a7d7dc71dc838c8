import type { Received, TestMailServer } from '../src/mail/testing/mail-server.ts';
import { waitFor } from './wait-for.ts';

/** The mails to an address, once there are so many. */
export function mailsTo(server: TestMailServer, address: string, count = 1): Promise<Received[]> {
  const found = () => server.received.filter(({ to }) => to.includes(address));
  return waitFor(`${count} mails to ${address}`, () => found().length >= count && found());
}

/** The one link in a mail. */
export function linkIn({ text }: Received): string {
  const links = text.match(/https?:\/\/\S+#\S+/g) ?? [];
  if (links.length !== 1) throw new Error(`${links.length} links in the mail`);
  return links[0] ?? '';
}
