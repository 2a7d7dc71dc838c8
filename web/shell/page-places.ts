const mostPages = 100;

/** How far pages were scrolled, in pixels, by their entries in the browser's history; of the last hundred. */
export class PagePlaces {
  private readonly places = new Map<string, number>();

  of(entry: string): number | undefined {
    return this.places.get(entry);
  }

  note(entry: string, px: number): void {
    this.places.delete(entry);
    this.places.set(entry, px);
    const [oldest] = this.places.keys();
    if (this.places.size > mostPages && oldest !== undefined) this.places.delete(oldest);
  }
}
