import type { Heading } from './parsed-document.ts';

/** Writes text block by block, keeping one blank line between paragraphs, and remembers where headings start. */
export class TextBuilder {
  readonly headings: Heading[] = [];
  #text = '';
  #pendingBreaks = 0;
  #pendingSpace = false;
  #isAfterMarker = false;

  /** Words of a line; runs of blanks become one. */
  words(raw: string): void {
    const text = raw.replace(/\s+/g, ' ');
    const content = text.trim();
    if (content === '') {
      this.#pendingSpace ||= text !== '';
      return;
    }
    if (text.startsWith(' ')) this.#pendingSpace = true;
    this.#append(content);
    this.#pendingSpace = text.endsWith(' ');
  }

  /** Text whose blanks and line breaks mean something, such as code. */
  verbatim(text: string): void {
    if (text.trim() === '') return;
    this.#append(text.replace(/\r\n?/g, '\n').replace(/^\n+|\s+$/g, ''));
  }

  /** Starts a list item on a line of its own; its first words stand behind the dash whatever wraps them. */
  item(): void {
    this.break(1);
    this.#append('- ');
    this.#isAfterMarker = true;
  }

  /** The next words start on a line of their own: 1 ends the line, 2 leaves a blank line. */
  break(lines: 1 | 2): void {
    if (this.#isAfterMarker) return;
    this.#pendingBreaks = Math.max(this.#pendingBreaks, lines);
  }

  heading(level: number, write: () => void): void {
    this.break(2);
    this.#flush();
    const start = this.#text.length;
    write();
    const text = this.#text.slice(start).trim();
    if (text !== '') this.headings.push({ level, text: text.slice(0, 300).toWellFormed(), start });
    this.break(2);
  }

  get text(): string {
    return this.#text;
  }

  #append(content: string): void {
    this.#flush();
    this.#text += content;
  }

  #flush(): void {
    if (this.#text !== '') {
      if (this.#pendingBreaks > 0) this.#text += '\n'.repeat(this.#pendingBreaks);
      else if (this.#pendingSpace && !this.#isAfterMarker) this.#text += ' ';
    }
    this.#pendingBreaks = 0;
    this.#pendingSpace = false;
    this.#isAfterMarker = false;
  }
}
