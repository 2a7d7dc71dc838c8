/** The composer's text of each session, kept in this browser until it is sent or the person signs out. */
export class Drafts {
  private readonly prefix: string;
  private readonly storage: Storage;

  constructor(userId: string, storage: Storage) {
    this.prefix = `perdure.draft.${userId}.`;
    this.storage = storage;
  }

  read(sessionId: string): string {
    return this.storage.getItem(this.prefix + sessionId) ?? '';
  }

  write(sessionId: string, text: string): void {
    try {
      if (text === '') this.storage.removeItem(this.prefix + sessionId);
      else this.storage.setItem(this.prefix + sessionId, text);
    } catch {
      // A full store: the text stays in the page.
    }
  }

  erase(): void {
    for (const key of Object.keys(this.storage)) if (key.startsWith(this.prefix)) this.storage.removeItem(key);
  }
}
