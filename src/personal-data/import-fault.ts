/** What is wrong with an archive or with one file of it, in words for the person whose archive it is. */
export class ImportFault extends Error {
  override readonly name = 'ImportFault';
  /** What the faulty thing is called, where that could be read. */
  readonly title: string | undefined;

  constructor(message: string, title?: string) {
    super(message);
    this.title = title;
  }
}
