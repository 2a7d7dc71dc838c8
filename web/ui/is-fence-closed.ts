/** Whether a fenced block, as it stands in its Markdown, has its closing fence: of the kind of the opening one, and as long. */
export function isFenceClosed(source: string): boolean {
  const opening = /^[ \t>]*(`{3,}|~{3,}|\${2,})/.exec(source)?.[1];
  const closing = /\n[ \t>]*(`{3,}|~{3,}|\${2,})[ \t]*\n?$/.exec(source)?.[1];
  return opening !== undefined && closing !== undefined && closing.startsWith(opening);
}
