const maxPathLength = 300;
const ending = /\.[A-Za-z0-9]{1,8}$/;

/** The path of a file in a folder or an archive as it is shown: without control characters, marks that turn the reading direction, and steps
 *  upwards. It is shown and compared, and never opened. Pure. */
export function shownPath(path: string): string {
  const parts = path
    .split(/[/\\]/)
    .map(shownPart)
    .filter((part) => part !== '');
  return cut(parts.join('/') || 'document', maxPathLength);
}

/** The last part of a path, shown like the whole. Pure. */
export function shownName(path: string): string {
  return shownPath(path.split(/[/\\]/).at(-1) ?? '');
}

/** What a document is called until its own title is read. Pure. */
export function titleOf(filename: string): string {
  const name = filename.split('/').at(-1) ?? '';
  return (
    name
      .replace(ending, '')
      .replaceAll(/[_\s]+/g, ' ')
      .trim() || name
  );
}

function shownPart(part: string): string {
  const shown = part.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim();
  return shown === '.' || shown === '..' ? '' : shown;
}

/** Shortened before its ending, which says what the file is. */
function cut(name: string, maxLength: number): string {
  if (name.length <= maxLength) return name.toWellFormed();
  const kept = ending.exec(name)?.[0] ?? '';
  return (name.slice(0, maxLength - kept.length) + kept).toWellFormed();
}
