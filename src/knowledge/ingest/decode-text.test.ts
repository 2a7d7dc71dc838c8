import { describe, expect, test } from 'vitest';
import { encodeAs } from '../testing/encode-as.ts';
import { decodeText } from './decode-text.ts';
import { parseBytes } from './parse-bytes.ts';

const japanese =
  'すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。人間は、理性と良心とを授けられており、互いに同胞の精神をもって行動しなければならない。';
const chinese =
  '人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。人人有资格享受本宣言所载的一切权利和自由，不分种族、肤色、性别、语言、宗教。';
const traditional =
  '人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神相對待。人人有資格享受本宣言所載的一切權利和自由，不分種族、膚色、性別、語言、宗教。';
const korean =
  '모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. 인간은 천부적으로 이성과 양심을 부여받았으며 서로 형제애의 정신으로 행동하여야 한다.';
const russian =
  'Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью и должны поступать в отношении друг друга в духе братства.';
const polish =
  'Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni rozumem i sumieniem i powinni postępować wobec innych w duchu braterstwa.';
const greek =
  'Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα. Είναι προικισμένοι με λογική και συνείδηση, και οφείλουν να συμπεριφέρονται μεταξύ τους.';
const hebrew =
  'כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון, לפיכך חובה עליהם לנהוג איש ברעהו ברוח של אחווה.';
const arabic =
  'يولد جميع الناس أحرارا متساوين في الكرامة والحقوق. وقد وهبوا عقلا وضميرا وعليهم أن يعامل بعضهم بعضا بروح الإخاء.';
const turkish =
  'Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler ve birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler.';
const german =
  'Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen begabt und sollen einander im Geiste der Brüderlichkeit begegnen. Größe, Übung, Ärger.';
const french =
  'Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison et de conscience et doivent agir les uns envers les autres dans un esprit de fraternité.';

describe('text is read in the encoding it is in', () => {
  test.each([
    ['shift_jis', japanese],
    ['euc-jp', japanese],
    ['gb18030', chinese],
    ['big5', traditional],
    ['euc-kr', korean],
    ['koi8-r', russian],
    ['windows-1251', russian],
    ['iso-8859-5', russian],
    ['iso-8859-2', polish],
    ['windows-1250', polish],
    ['iso-8859-7', greek],
    ['windows-1253', greek],
    ['windows-1255', hebrew],
    ['windows-1256', arabic],
    ['windows-1254', turkish],
    ['windows-1252', german],
    ['windows-1252', french],
    ['windows-1252', '“Größe” – naïve café, 5 €'],
  ])('%s', (encoding, text) => {
    expect(decodeText(encodeAs(encoding, text)).text).toBe(text);
    const late = decodeText(encodeAs(encoding, `${'Plain words of the beginning. '.repeat(5000)}\r\n${text}`)).text;
    expect(late.slice(-text.length), 'after a long beginning in ASCII').toBe(text);
  });

  test('ISO-2022-JP, whose bytes are all of ASCII', () => {
    const bytes = Buffer.from('\x1b$B$3$s$K$A$O\x1b(B, world', 'latin1');
    expect(decodeText(bytes)).toEqual({ text: 'こんにちは, world' });
  });

  test('valid UTF-8 is never taken for anything else, however it looks', () => {
    for (const text of [japanese, russian, 'é', 'Ã©', 'naïve', '\ufeffmarked']) {
      expect(decodeText(Buffer.from(text))).toEqual({ text: text.replace('\ufeff', '') });
    }
    expect(decodeText(Buffer.from(`\ufeff${greek}`, 'utf16le'))).toEqual({ text: greek });
  });

  test('what a page declares goes before what is likely', () => {
    const page = `<meta charset="windows-1251"><p>Да</p>`;
    expect(decodeText(encodeAs('windows-1251', page))).toEqual({ text: page });
    const lie = `<meta charset="no-such-thing"><p>${russian}</p>`;
    expect(decodeText(encodeAs('koi8-r', lie))).toEqual({ text: lie, guessed: 'KOI8-R' });
  });

  test('a guess is told to whoever keeps the document', async () => {
    const { notices, text } = await parseBytes(encodeAs('koi8-r', russian), 'a.txt', {
      maxPages: 1,
      maxTextChars: 1e6,
    });
    expect(text).toBe(russian);
    expect(notices).toEqual([
      'The encoding of the text was guessed to be KOI8-R. If letters are wrong, save the file as UTF-8 and upload it again.',
    ]);
  });
});
