import { readableKinds } from './document-kinds.ts';

/** Why a document could not be read: a stable code, and what its owner can do about it. */
export const parseErrors = {
  empty: 'The file is empty. Check it and upload it again.',
  unsupported_type: `This type of file cannot be read. Upload ${readableKinds}.`,
  lying_type: 'The content of this file is not what its name says. Check the file and upload it again.',
  bad_encoding: 'The text of this file is in no encoding that can be read. Save it as UTF-8 and upload it again.',
  encrypted: 'This file is encrypted. Save it without a password and upload it again.',
  broken: 'This file is damaged and cannot be read. Open it in its own program, save it and upload it again.',
  no_text:
    'There is no text in this file. If it holds scanned pages, run text recognition (OCR) on it and upload it again.',
  too_large: 'This file is larger than can be read. Split it and upload the parts.',
  too_many_pages: 'This document has more pages than can be read. Split it and upload the parts.',
  too_much_text: 'There is more text in this file than can be read. Split it and upload the parts.',
  unpacks_too_large: 'This file unpacks to far more than a document should. It was not opened.',
  too_many_files:
    'There are more files in this archive than are taken at once. Upload it in parts of at most 2,000 files.',
  nested_archive: 'An archive inside of an archive is not opened. Unpack it and upload what is in it.',
  nothing_to_take: 'No file in this archive could be added.',
  too_slow: 'Reading this file took too long. Split it and upload the parts.',
  too_much_memory: 'Reading this file took too much memory. Split it and upload the parts.',
  stopped: 'Reading this file was stopped.',
  parser_failed: 'The reader of this type of file broke on it. Save it in another form and upload it again.',
} as const;

export type ParseErrorCode = keyof typeof parseErrors;

/** Thrown when a document cannot be read. `message` is complete and fit for the user's eyes. */
export class ParseError extends Error {
  readonly code: ParseErrorCode;

  constructor(code: ParseErrorCode, options: { message?: string | undefined; cause?: unknown } = {}) {
    super(options.message ?? parseErrors[code], { cause: options.cause });
    this.name = 'ParseError';
    this.code = code;
  }
}

/** Narrows text from outside to a known code. */
export function isParseErrorCode(code: string): code is ParseErrorCode {
  return Object.hasOwn(parseErrors, code);
}
