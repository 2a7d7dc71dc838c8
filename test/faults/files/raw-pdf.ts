/** An object of a PDF: its text, or a stream with its dictionary. */
export type PdfObject = string | { dictionary: string; data: Uint8Array };

/** A PDF whose objects are exactly these, numbered from 1; the first is its catalog. Nothing else is checked, so that they may be anything. */
export function makeRawPdf(objects: readonly PdfObject[]): Uint8Array {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  let length = parts[0]?.length ?? 0;
  const add = (part: Buffer) => {
    parts.push(part);
    length += part.length;
  };
  const offsets = objects.map((object, i) => {
    const offset = length;
    add(Buffer.from(`${i + 1} 0 obj\n`));
    if (typeof object === 'string') add(Buffer.from(object));
    else {
      const dictionary = object.dictionary.replace(/>>$/, `/Length ${object.data.length} >>`);
      add(Buffer.concat([Buffer.from(`${dictionary}\nstream\n`), object.data, Buffer.from('\nendstream')]));
    }
    add(Buffer.from('\nendobj\n'));
    return offset;
  });
  const start = length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  add(Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join('')}`));
  add(Buffer.from(`trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`));
  return Uint8Array.from(Buffer.concat(parts));
}
