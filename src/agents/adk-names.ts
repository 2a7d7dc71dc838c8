/** Begins the stored form of a name that no database keeps as it is. */
const escapeMark = '\u0001';

/** The storable form of any string, unlike that of every other string. Ordinary names stay as they are; one with unpaired
 *  surrogates or U+0000 is kept as its JSON text behind a mark. Pure; `originalName` undoes it. */
export function storedName(name: string): string {
  const isStorable = name.isWellFormed() && !name.includes('\0') && !name.startsWith(escapeMark);
  return isStorable ? name : escapeMark + JSON.stringify(name);
}

/** The string that `storedName` was given. Pure. */
export function originalName(stored: string): string {
  return stored.startsWith(escapeMark) ? String(JSON.parse(stored.slice(escapeMark.length))) : stored;
}
