import { expect, test } from 'vitest';
import { serverNames } from './server-names.ts';
import { serverSentences, spokenPlaces } from './server-sentences.ts';
import { serverSpeech } from './server-speech.ts';

const place = /\{(\w+)(, number)?\}/g;
const placesOf = (sentence: string) => [...sentence.matchAll(place)].map(([, name = '', kind]) => ({ name, kind }));
const written = (sentence: string) => sentence.replaceAll(place, (_, name, kind) => (kind ? '1,204' : `a ${name}`));

test('every sentence is heard as itself before any other, with all that the server put in', () => {
  for (const sentence of serverSentences) {
    const places = placesOf(sentence);
    const [heard] = [...serverSpeech.sentences(written(sentence))].filter(({ spoken }) => spoken.length === 0);
    const spoken = places.map(({ name }) => name).filter((name) => spokenPlaces.includes(name));
    const values = Object.fromEntries(places.map(({ name, kind }) => [name, kind ? 1204 : `a ${name}`]));
    if (spoken.length === 0) expect(heard).toEqual({ sentence, values, spoken });
    else expect([...serverSpeech.sentences(written(sentence))]).toContainEqual({ sentence, values, spoken });
  }
});

test('no sentence has a place twice, and every name is heard', () => {
  for (const sentence of [...serverSentences, ...serverNames]) {
    const names = placesOf(sentence).map(({ name }) => name);
    expect(new Set(names).size, sentence).toBe(names.length);
  }
  for (const name of serverNames) expect([...serverSpeech.names(written(name))][0]?.sentence).toBe(name);
});

test('what the server can hardly say is not heard for long', () => {
  const long = `A document has at most 3 tags; “${'” would have “'.repeat(2_000)}`;
  const startedMs = performance.now();
  expect([...serverSpeech.sentences(long)]).toEqual([]);
  expect(performance.now() - startedMs).toBeLessThan(500);
});
