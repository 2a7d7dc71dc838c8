const maxTitleLength = 60;

/** What an unnamed session is called after its first message: that, cut at a word before 60 characters. Pure. */
export function titleOfMessage(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= maxTitleLength) return line;
  const cut = line.slice(0, maxTitleLength + 1);
  const space = cut.lastIndexOf(' ');
  const end = space > 0 ? space : maxTitleLength;
  return line.slice(0, end).replace(/[\uD800-\uDBFF]$/, '');
}
