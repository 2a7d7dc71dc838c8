import { restOfWords } from './choice.ts';

/** Loads a file once all words are there. What is imported in any other way, from a file that is drawn at once, has its words among the first.
 *  @param load  `() => import('…')` */
export async function withAllWords<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  await restOfWords();
  return load();
}
