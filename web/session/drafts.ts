import { type BrowserStorage, keysOf } from '../api/browser-storage.ts';

/** The composer's text of each session, kept in this browser until it is sent or the person signs out. A tab keeps its own, so that what
 *  another tab of the session writes or sends does not take it away; a tab that has none yet begins with the newest of all. */
export class Drafts {
  private readonly prefix: string;
  private readonly ofTab: BrowserStorage;
  private readonly ofBrowser: BrowserStorage;

  constructor(userId: string, storages: { ofTab: BrowserStorage; ofBrowser: BrowserStorage }) {
    this.prefix = `perdure.draft.${userId}.`;
    this.ofTab = storages.ofTab;
    this.ofBrowser = storages.ofBrowser;
  }

  read(sessionId: string): string {
    const key = this.prefix + sessionId;
    return this.ofTab.getItem(key) ?? this.ofBrowser.getItem(key) ?? '';
  }

  write(sessionId: string, text: string): void {
    const key = this.prefix + sessionId;
    const before = this.read(sessionId);
    put(this.ofTab, key, text);
    if (text !== '') put(this.ofBrowser, key, text);
    else if (this.ofBrowser.getItem(key) === before) this.ofBrowser.removeItem(key);
  }

  erase(): void {
    for (const storage of [this.ofTab, this.ofBrowser]) {
      for (const key of keysOf(storage, this.prefix)) storage.removeItem(key);
    }
  }
}

function put(storage: BrowserStorage, key: string, text: string): void {
  try {
    storage.setItem(key, text);
  } catch {
    // A full store: the text stays in the page.
  }
}
