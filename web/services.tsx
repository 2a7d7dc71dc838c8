import { createContext, useContext } from 'react';
import type { Me } from '../src/contract/auth.ts';
import { type BrowserStorage, browserStorage } from './api/browser-storage.ts';
import { Feed } from './api/feed.ts';
import { uploadDocument } from './api/knowledge.ts';
import { postTurn, stopTurn } from './api/sessions.ts';
import { Uploads } from './knowledge/uploads.ts';
import { forgetKeptData, meetAnother } from './offline/register.ts';
import { Drafts } from './session/drafts.ts';
import { Outbox } from './session/outbox.ts';
import type { OutboxEntry } from './session/outbox-entries.ts';
import { ShownBranches } from './session/shown-branches.ts';
import { Stopper } from './session/stopper.ts';
import { LiveRows } from './sessions/live-rows.ts';
import { PagePlaces } from './shell/page-places.ts';

/** What lives as long as one person is signed in. `open` and `close` may come more than once. */
export type Services = {
  me: Me;
  feed: Feed;
  outbox: Outbox;
  drafts: Drafts;
  branches: ShownBranches;
  stopper: Stopper;
  liveRows: LiveRows;
  pagePlaces: PagePlaces;
  uploads: Uploads;
  open(): () => void;
  /** On signing out: nothing that was written stays in this browser, and the other tabs follow. */
  forget(): void;
};

/** Who is signed in, for other tabs: a page of one person must not go on beside the cookie of another. */
const signedInKey = 'perdure.signed-in';

export function makeServices(me: Me): Services {
  const feed = new Feed(me.id);
  const ofBrowser = browserStorage('localStorage');
  const outbox = new Outbox({ userId: me.id, storage: ofBrowser, send, alone, now: () => Date.now() });
  const drafts = new Drafts(me.id, { ofTab: browserStorage('sessionStorage'), ofBrowser });
  const branches = new ShownBranches(me.id, browserStorage('sessionStorage'));
  const liveRows = new LiveRows();
  const pagePlaces = new PagePlaces();
  const stopper = new Stopper(stopTurn);
  const uploads = new Uploads({ send: uploadDocument, pause });
  const hurry = () => {
    outbox.hurry();
    stopper.hurry();
  };
  /** A page of the back-forward cache hears nothing of what other tabs store, not even that somebody else is signed in. */
  const onPageShow = ({ persisted }: PageTransitionEvent) => {
    if (!persisted) return;
    if (ofBrowser.getItem(signedInKey) === me.id) hurry();
    else location.reload();
  };
  const onStorage = ({ key, newValue }: StorageEvent) => {
    if (key === signedInKey && newValue !== me.id) {
      if (newValue === null) drafts.erase();
      location.reload();
    }
    if (key === null || key.startsWith('perdure.outbox.')) outbox.reload();
  };
  const open = () => {
    const unhear = feed.onMessage((message) => {
      liveRows.hear(message);
      if (message.kind === 'connected') hurry();
    });
    if (ofBrowser.getItem(signedInKey) !== me.id) void meetAnother();
    noteSignedIn(ofBrowser, me.id);
    globalThis.addEventListener('online', hurry);
    globalThis.addEventListener('pageshow', onPageShow);
    globalThis.addEventListener('storage', onStorage);
    feed.open();
    outbox.open();
    return () => {
      unhear();
      globalThis.removeEventListener('online', hurry);
      globalThis.removeEventListener('pageshow', onPageShow);
      globalThis.removeEventListener('storage', onStorage);
      feed.close();
      outbox.close();
      stopper.close();
      uploads.close();
    };
  };
  const forget = () => {
    outbox.erase();
    drafts.erase();
    branches.erase();
    forgetKeptData();
    ofBrowser.removeItem(signedInKey);
  };
  return { me, feed, outbox, drafts, branches, stopper, liveRows, pagePlaces, uploads, open, forget };
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
    ...(entry.parentTurnId !== undefined && { parent_turn_id: entry.parentTurnId }),
  });
}

function noteSignedIn(storage: BrowserStorage, userId: string): void {
  try {
    storage.setItem(signedInKey, userId);
  } catch {
    // A full store: other tabs hear it from the server, at their next call.
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
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
