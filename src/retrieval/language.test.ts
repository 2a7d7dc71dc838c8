import { describe, expect, test } from 'vitest';
import { languageOf } from './language.ts';

describe('the language of a text', () => {
  test.each([
    ['English prose', 'Stop the server, then copy the data folder to a disk that is kept in another building.'],
    ['an English table', 'name,amount,date\nMiller,12,2024-01-01\nSmith,13,2024-01-02\nBackup jobs,7,2024-01-03'],
    ['code', 'export function add(a: number, b: number): number {\n  return a + b;\n}'],
    [
      'English with foreign names',
      'The meeting in Zürich was attended by Müller, who is from Köln, and by Dr. Šimek of Praha.',
    ],
    ['nothing', ''],
  ])('%s counts as English', (_what, text) => {
    expect(languageOf(text)).toBe('english');
  });
  test.each([
    [
      'German',
      'Die Sicherung wird jede Nacht gemacht und auf einem anderen Rechner aufbewahrt, der nicht im selben Haus steht.',
    ],
    ['French', 'Le serveur conserve chaque message avant de répondre à celui qui l’a envoyé.'],
    [
      'Dutch',
      'De server bewaart elk bericht voordat het antwoord van de assistent wordt getoond, en dat is niet anders.',
    ],
    ['Italian', 'La copia di sicurezza viene fatta ogni notte e conservata in un altro edificio.'],
    ['Spanish', 'El servidor guarda cada mensaje antes de responder, y la copia se hace por la noche.'],
    [
      'Indonesian',
      'Server menyimpan setiap pesan sebelum menjawab, dan cadangan dibuat pada malam hari untuk semua data yang ada.',
    ],
    ['Russian', 'Сервер сохраняет каждое сообщение, прежде чем ответить.'],
    ['Japanese', '日本語の文書を検索します。'],
    ['Greek', 'Ο διακομιστής αποθηκεύει κάθε μήνυμα.'],
  ])('%s is another', (_what, text) => {
    expect(languageOf(text)).toBe('other');
  });
});
