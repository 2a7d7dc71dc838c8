/** Whether bytes begin as an e-mail does: a block of header fields, with those among them that every mail has. A text whose name promises no
 *  mail must show more of them: notes may begin with "From:" and "Date:" too. Pure.
 *  @see RFC 5322, 2.2 and 3.6 */
export function looksLikeMail(bytes: Uint8Array, isPromised: boolean): boolean {
  const head = Buffer.from(bytes.subarray(0, headBytes))
    .toString('latin1')
    .replace(/^(?:\xef\xbb\xbf)?\s*/, '');
  // Some programs put the line of a mailbox in front.
  const [block = ''] = head.replace(/^From [^\n]*\n/, '').split(/\r?\n\r?\n/, 1);
  const lines = block.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const isWhole = block.length < headBytes - 4;
  const fields = (isWhole ? lines : lines.slice(0, -1)).filter((line) => line !== '');
  if (!fields.every((line) => /^[!-9;-~]+:/.test(line))) return false;
  const names = new Set(fields.map((line) => line.slice(0, line.indexOf(':')).toLowerCase()));
  const known = telling.filter((name) => names.has(name)).length;
  return names.has('from') && known >= (isPromised ? 1 : 2) && (isPromised || names.has('date'));
}

const headBytes = 64 * 1024;
const telling = ['date', 'message-id', 'received', 'return-path', 'mime-version', 'subject', 'to'];
