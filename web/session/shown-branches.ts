import { type BrowserStorage, keysOf } from '../api/browser-storage.ts';

/** Which branch of a session a tab shows. */
export type ShownBranch = {
  /** The turn it was led through by the arrows. */
  turnId?: string;
  /** The client's id of a message sent from here since: once the session has it, its newest branch is shown. */
  until?: string;
};

/** What the arrows between versions chose, of each session: kept by the tab over a reload, so that a link in another tab opens the newest
 *  branch. */
export class ShownBranches {
  private readonly prefix: string;
  private readonly ofTab: BrowserStorage;

  constructor(userId: string, ofTab: BrowserStorage) {
    this.prefix = `perdure.branch.${userId}.`;
    this.ofTab = ofTab;
  }

  read(sessionId: string): ShownBranch {
    const [turnId = '', until = ''] = this.ofTab.getItem(this.prefix + sessionId)?.split(' ') ?? [];
    return { ...(turnId !== '' && { turnId }), ...(until !== '' && { until }) };
  }

  write(sessionId: string, { turnId = '', until = '' }: ShownBranch): void {
    try {
      if (turnId === '') this.ofTab.removeItem(this.prefix + sessionId);
      else this.ofTab.setItem(this.prefix + sessionId, `${turnId} ${until}`);
    } catch {
      // A full store: after a reload the newest branch is shown.
    }
  }

  erase(): void {
    for (const key of keysOf(this.ofTab, this.prefix)) this.ofTab.removeItem(key);
  }
}
