import type { ImportAnswer } from '../../src/contract/personal-data.ts';

const sessions = (count: number) => `${count.toLocaleString()} ${count === 1 ? 'session' : 'sessions'}`;

/** What came of an import, a sentence each. */
export function importWords(answer: ImportAnswer): string[] {
  const { brought_back, in_bin, already_here, refused_in_all, documents } = answer;
  const words: string[] = [];
  if (brought_back > 0) words.push(`${sessions(brought_back)} brought back.`);
  if (in_bin > 0) words.push(`${sessions(in_bin)} put back into the bin, where they were.`);
  if (already_here > 0) words.push(`${sessions(already_here)} left as they are: you have them already.`);
  if (refused_in_all > 0) words.push(`${sessions(refused_in_all)} could not be brought back.`);
  if (words.length === 0) words.push('There are no sessions in this export.');
  if (documents > 0) {
    const [are, them] = documents === 1 ? ['document is', 'it'] : ['documents are', 'them'];
    words.push(
      `${documents.toLocaleString()} ${are} in the archive and not put back: a curator can upload ${them} to a corpus.`,
    );
  }
  return words;
}
