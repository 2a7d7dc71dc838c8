import { formText } from '../../ui/form-text.ts';

/** Tags in what somebody typed, ended by commas. Pure. */
export function splitTags(text: string): string[] {
  return text
    .split(',')
    .map((tag) => tag.replaceAll(/\s+/g, ' ').trim().slice(0, 40).trim())
    .filter((tag) => tag !== '');
}

/** The field of a form in which a tag is being typed. */
export const typedTags = 'typed-tags';

/** The tags with what is typed and was not ended. */
export const tagsOfForm = (data: FormData, tags: readonly string[]) =>
  withTags(tags, splitTags(formText(data, typedTags)));

/** One tag however it is written, as the server sees it. Pure. */
export const isSameTag = (one: string, other: string) =>
  one.normalize('NFC').toLowerCase() === other.normalize('NFC').toLowerCase();

/** The tags with those that are added, each once, as it was written first. Pure. */
export function withTags(tags: readonly string[], added: readonly string[]): string[] {
  const all = [...tags];
  for (const tag of added) if (!all.some((each) => isSameTag(each, tag))) all.push(tag);
  return all;
}
