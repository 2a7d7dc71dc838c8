/** How many there are of something, in words: `1 passage`, `2,000 passages`. Pure. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString()} ${count === 1 ? noun : `${noun}s`}`;
}

/** What the pages of a file of this type are called. Pure. */
export function pageWord(mediaType: string): 'page' | 'slide' {
  return mediaType === 'application/vnd.openxmlformats-officedocument.presentationml.presentation' ? 'slide' : 'page';
}
