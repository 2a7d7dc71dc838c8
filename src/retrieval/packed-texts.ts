/** Many short texts in one piece of memory, to look in all of them for a piece of text in any case of ASCII. About as many bytes as their UTF-8
 *  has, and 12 for each. */
export class PackedTexts {
  #bytes = Buffer.alloc(1 << 16);
  #end = 0;
  /** Where each entry begins, and whose it is. A text that is set again leaves its entry and begins another. */
  #starts = new Uint32Array(1024);
  #owners = new Uint32Array(1024);
  #entries = 0;
  /** By owner: the entry that counts, plus one; 0 for none. */
  #current = new Uint32Array(1024);
  #left = 0;

  /** @param owner  a number from 0 on, without large gaps */
  set(owner: number, text: string): void {
    if (owner >= this.#current.length) this.#current = grown(this.#current, owner + 1);
    const bytes = Buffer.from(`${folded(text)}${separator}`, 'utf8');
    const entry = (this.#current[owner] ?? 0) - 1;
    if (entry >= 0) {
      if (this.#bytes.compare(bytes, 0, bytes.length, this.#starts[entry], this.#endOf(entry)) === 0) return;
      this.#left += 1;
    }
    if (this.#left > 1024 && this.#left > this.#entries / 2) this.#pack();
    this.#put(owner, bytes);
  }

  /** Owners whose text has the piece, in no order that means anything. Ends as soon as nobody asks for more. */
  *having(piece: string): Generator<number> {
    const wanted = wantedBytes(piece);
    if (!wanted) return;
    let entry = 0;
    for (let at = this.#find(wanted, 0); at >= 0; ) {
      while (entry + 1 < this.#entries && (this.#starts[entry + 1] ?? 0) <= at) entry += 1;
      const owner = this.#owners[entry] ?? 0;
      if (this.#current[owner] === entry + 1) yield owner;
      if (entry + 1 >= this.#entries) return;
      at = this.#find(wanted, this.#starts[entry + 1] ?? 0);
    }
  }

  /** Whether one owner's text has the piece: quicker than `having` where few owners are of interest. */
  finder(piece: string): (owner: number) => boolean {
    const wanted = wantedBytes(piece);
    if (!wanted) return () => false;
    const bytes = this.#bytes;
    const [first = 0] = wanted;
    return (owner) => {
      const entry = (this.#current[owner] ?? 0) - 1;
      if (entry < 0) return false;
      const last = this.#endOf(entry) - wanted.length;
      for (let at = this.#starts[entry] ?? 0; at < last; at++) {
        if (bytes[at] === first && isAt(bytes, at, wanted)) return true;
      }
      return false;
    };
  }

  #endOf(entry: number): number {
    return entry + 1 < this.#entries ? (this.#starts[entry + 1] ?? 0) : this.#end;
  }

  #find(wanted: Buffer, from: number): number {
    const at = this.#bytes.indexOf(wanted, from);
    return at >= this.#end ? -1 : at;
  }

  #put(owner: number, text: Buffer): void {
    if (this.#entries === this.#starts.length) {
      this.#starts = grown(this.#starts, this.#entries + 1);
      this.#owners = grown(this.#owners, this.#entries + 1);
    }
    if (this.#end + text.length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(this.#bytes.length * 1.5, this.#end + text.length));
      this.#bytes.copy(larger, 0, 0, this.#end);
      this.#bytes = larger;
    }
    text.copy(this.#bytes, this.#end);
    this.#starts[this.#entries] = this.#end;
    this.#owners[this.#entries] = owner;
    this.#entries += 1;
    this.#current[owner] = this.#entries;
    this.#end += text.length;
  }

  /** Without the entries that were left. */
  #pack(): void {
    const [bytes, starts, owners, current] = [this.#bytes, this.#starts, this.#owners, this.#current];
    const [entries, end] = [this.#entries, this.#end];
    this.#bytes = Buffer.alloc(bytes.length);
    this.#current = new Uint32Array(current.length);
    this.#starts = new Uint32Array(starts.length);
    this.#owners = new Uint32Array(owners.length);
    this.#entries = this.#end = this.#left = 0;
    for (let entry = 0; entry < entries; entry++) {
      const owner = owners[entry] ?? 0;
      if (current[owner] !== entry + 1) continue;
      this.#put(owner, bytes.subarray(starts[entry], entry + 1 < entries ? starts[entry + 1] : end));
    }
  }
}

/** Between texts; in none of them. */
const separator = '\0';

/** ASCII in lower case, as databases fold it. */
export const folded = (text: string): string =>
  text.replaceAll(/[A-Z]/g, (each) => each.toLowerCase()).replaceAll(separator, ' ');

/** Undefined for a piece that no text can have. */
function wantedBytes(piece: string): Buffer | undefined {
  if (piece === '' || piece.includes(separator)) return undefined;
  return Buffer.from(folded(piece), 'utf8');
}

function isAt(bytes: Buffer, at: number, wanted: Buffer): boolean {
  for (let i = 1; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}

function grown(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(array.length * 2, length));
  larger.set(array);
  return larger;
}
