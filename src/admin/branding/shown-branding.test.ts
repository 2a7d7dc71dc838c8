import { expect, test } from 'vitest';
import { createLog } from '../../log.ts';
import type { Store } from '../../store/store.ts';
import { createBrandingLook } from './shown-branding.ts';

/** What a store answers, one after the other; the last one for ever. */
function givenLook(answers: (() => Promise<unknown>)[]) {
  let ring: ((topics: string[]) => void) | undefined;
  let asked = 0;
  const store = {
    read: { setting: () => answers[Math.min(asked++, answers.length - 1)]?.() },
    onCommit(listener: (topics: string[]) => void) {
      ring = listener;
      return () => {};
    },
  } as unknown as Store;
  const look = createBrandingLook({ store, log: createLog('silent') });
  return { look, ring: (topic: string) => ring?.([topic]), asked: () => asked };
}
const failing = () => Promise.reject(new Error('gone'));
const named = (name: string) => async () => ({ version: name, name, accent: null, logo: null });

test('what it looks like is read once, and again when settings changed', async () => {
  const { look, ring, asked } = givenLook([named('One'), named('Two')]);
  expect([(await look.now()).name, (await look.now()).name]).toEqual(['One', 'One']);
  ring('log');
  expect((await look.now()).name).toBe('One');
  expect(asked()).toBe(1);
  ring('settings');
  expect((await look.now()).name).toBe('Two');
});

test('while the store fails or gives no answer it is what was known last, and is asked for again', async () => {
  const { look, ring } = givenLook([failing, named('One'), () => new Promise(() => {}), named('Two')]);
  expect((await look.now()).name).toBe('Perdure');
  expect((await look.now()).name).toBe('One');
  ring('settings');
  expect((await look.now()).name).toBe('One');
  expect((await look.now()).name).toBe('Two');
});
