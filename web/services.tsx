import { createContext, useContext } from 'react';
import type { Me } from '../src/contract/auth.ts';
import { browserStorage } from './api/browser-storage.ts';
import { Feed } from './api/feed.ts';
import { postTurn } from './api/sessions.ts';
import { Drafts } from './session/drafts.ts';
import { Outbox } from './session/outbox.ts';
import type { OutboxEntry } from './session/outbox-entries.ts';
import { LiveRows } from './sessions/live-rows.ts';

/** What lives as long as one person is signed in. `open` and `close` may come more than once. */
export type Services = {
  me: Me;
  feed: Feed;
  outbox: Outbox;
  drafts: Drafts;
  liveRows: LiveRows;
  open(): () => void;
};

export function makeServices(me: Me): Services {
  const feed = new Feed(me.id);
  const ofBrowser = browserStorage('localStorage');
  const outbox = new Outbox({ userId: me.id, storage: ofBrowser, send, alone, now: () => Date.now() });
  const drafts = new Drafts(me.id, { ofTab: browserStorage('sessionStorage'), ofBrowser });
  const liveRows = new LiveRows();
  const hurry = () => outbox.hurry();
  const onStorage = ({ key }: StorageEvent) => {
    if (key === null || key.startsWith('perdure.outbox.')) outbox.reload();
  };
  const open = () => {
    const unhear = feed.onMessage((message) => {
      liveRows.hear(message);
      if (message.kind === 'connected') hurry();
    });
    globalThis.addEventListener('online', hurry);
    // A page in the back-forward cache hears nothing of what other tabs store.
    globalThis.addEventListener('pageshow', hurry);
    globalThis.addEventListener('storage', onStorage);
    feed.open();
    outbox.open();
    return () => {
      unhear();
      globalThis.removeEventListener('online', hurry);
      globalThis.removeEventListener('pageshow', hurry);
      globalThis.removeEventListener('storage', onStorage);
      feed.close();
      outbox.close();
    };
  };
  return { me, feed, outbox, drafts, liveRows, open };
}

const ServicesContext = createContext<Services | undefined>(undefined);
export const ServicesProvider = ServicesContext.Provider;

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error('This part of the page needs somebody signed in.');
  return services;
}

function send(entry: OutboxEntry) {
  return postTurn(entry.sessionId, {
    client_turn_id: entry.clientTurnId,
    text: entry.text,
    ...(entry.corpora && { corpora: entry.corpora }),
    ...(entry.replacesTurnId !== undefined && { replaces_turn_id: entry.replacesTurnId }),
  });
}

async function alone(name: string, work: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator)) {
    await work();
    return;
  }
  await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock) await work();
  });
}
