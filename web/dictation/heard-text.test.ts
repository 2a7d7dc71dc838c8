import { expect, it } from 'vitest';
import { heardText, whyNotHeard } from './heard-text.ts';

const heard = (...pieces: string[]) => pieces.map((transcript) => [{ transcript }]);

it('what is heard follows what was written, with one blank between', () => {
  expect(heardText('', heard('where is', ' the key '))).toBe('where is the key');
  expect(heardText('Please say', heard('where'))).toBe('Please say where');
  expect(heardText('Line\n', heard('next'))).toBe('Line\nnext');
  expect(heardText('As it was', heard('', ' '))).toBe('As it was');
  expect(heardText('', [[]])).toBe('');
});

it('a reason is given, but for what the person did', () => {
  expect(whyNotHeard('aborted')).toBeUndefined();
  expect(whyNotHeard('no-speech')).toBe('Nothing was heard.');
  expect(whyNotHeard('something-new')).toBe('Your browser cannot take dictation.');
});
