import { expect, test } from 'vitest';
import { chooseQuotes, type QuotablePassage } from './choose-quotes.ts';
import { leastConfidence } from './find-quotes.ts';
import { sentencesOf } from './sentences.ts';

const passage = (text: string, title = 'Document'): QuotablePassage => ({
  n: 1,
  title,
  corpus: 'Corpus',
  headings: [],
  text,
});

function choose(query: string, ...passages: QuotablePassage[]) {
  const sentences = passages.flatMap(({ text }, index) => sentencesOf(text, index));
  const { quotes, confidence } = chooseQuotes(query, passages, sentences, undefined);
  return { quotes: quotes.map(({ text }) => text), answers: confidence >= leastConfidence.lexical };
}

const german = passage(
  'Die Sicherung wird jede Nacht auf einen zweiten Rechner übertragen. Der Schlüssel liegt nicht auf dem Rechner, der die Daten hält, und ist mit dem Kennwort der Leitung verschlossen.',
);
const polish = passage('Kopia zapasowa jest zapisywana w nocy na drugim serwerze i nie jest przechowywana z kluczem.');
const chinese = passage('备份每天晚上复制到第二台服务器。密钥不保存在存放数据的服务器上。');
const russian = passage(
  'Резервная копия каждую ночь переносится на второй сервер. Ключ не хранится на сервере с данными.',
);

test.each([
  ['German', 'Wo liegt der Schlüssel?', german, /^Der Schlüssel liegt nicht/],
  ['German without its letters', 'schlussel rechner', german, /^Der Schlüssel liegt nicht/],
  ['Polish', 'Kiedy zapisywana kopia zapasowa?', polish, /^Kopia zapasowa/],
  ['Chinese', '密钥是否保存在服务器上？', chinese, /^密钥不保存/],
  ['Russian', 'Где хранится ключ?', russian, /^Ключ не хранится/],
])('words of %s meet as they do in the search', (_language, question, text, quote) => {
  const { quotes, answers } = choose(question, text);
  expect(quotes[0]).toMatch(quote);
  expect(answers).toBe(true);
});

test.each([
  ['German', 'Wie heißt die Hauptstadt von Portugal?', german],
  ['Chinese', '葡萄牙的首都是哪个城市？', chinese],
  ['Russian', 'Как называется столица Португалии?', russian],
])('what nobody says in %s is not answered', (_language, question, text) => {
  expect(choose(question, text).answers).toBe(false);
});

test('an English ending is not cut from a word of another language', () => {
  // “Leiting” would meet “leit” in English.
  const leiting = passage('De leiting van het bedrijf is niet in het gebouw dat aan de haven ligt.');
  expect(choose('leit', leiting).answers).toBe(false);
  expect(choose('leiting', leiting).answers).toBe(true);
});

test('three quotations open three passages', () => {
  const first = passage('The backup runs at night. The backup is copied to a second machine.');
  const second = passage('Another backup runs at noon.');
  expect(choose('When does the backup run?', first, second).quotes).toEqual([
    'The backup runs at night.',
    'Another backup runs at noon.',
  ]);
});

test('a question that is a paragraph long needs not be said word for word', () => {
  const retrieval = passage(
    'Descriptive titles help a reader to retrieve articles. An automatic index of titles finds articles whose content fits.',
  );
  const question =
    'What problems and concerns are there in making up descriptive titles? What difficulties are involved in automatically retrieving articles from approximate titles? What is the usual relevance of the content of articles to their titles?';
  expect(choose(question, retrieval).answers).toBe(true);
  expect(choose('descriptive waterfall portugal harvest', retrieval).answers).toBe(false);
});
