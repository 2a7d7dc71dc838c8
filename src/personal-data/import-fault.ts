/** What is wrong with an archive or with one file of it, in words for the person whose archive it is. */
export class ImportFault extends Error {
  override readonly name = 'ImportFault';
}
