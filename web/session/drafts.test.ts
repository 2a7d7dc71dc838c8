import { expect, test } from 'vitest';
import { memoryStorage } from '../api/browser-storage.ts';
import { Drafts } from './drafts.ts';

function given() {
  const ofBrowser = memoryStorage();
  const tab = () => {
    const ofTab = memoryStorage();
    const load = () => new Drafts('u', { ofTab, ofBrowser });
    return { drafts: load(), load };
  };
  return { ofBrowser, tab };
}

test('a tab keeps its text through a reload, and a new tab begins with it', () => {
  const { tab } = given();
  const { drafts, load } = tab();
  drafts.write('s', 'A thought');
  expect([load().read('s'), tab().drafts.read('s'), drafts.read('other')]).toEqual(['A thought', 'A thought', '']);
});

test('what another tab of the session writes and sends takes nothing away', () => {
  const { tab } = given();
  const [one, other] = [tab(), tab()];
  one.drafts.write('s', 'A long thought');
  other.drafts.write('s', 'Quick');
  other.drafts.write('s', '');
  expect([one.load().read('s'), other.load().read('s')]).toEqual(['A long thought', '']);
});

test('a text that was sent is gone everywhere, also when the tab that sent it did not write it', () => {
  const { ofBrowser, tab } = given();
  tab().drafts.write('s', 'Sent from elsewhere');
  const { drafts, load } = tab();
  expect(drafts.read('s')).toBe('Sent from elsewhere');
  drafts.write('s', '');
  expect([load().read('s'), tab().drafts.read('s'), ofBrowser.length]).toEqual(['', '', 0]);
});

test('signing out leaves nothing behind, and of others nothing is taken', () => {
  const { ofBrowser, tab } = given();
  ofBrowser.setItem('perdure.draft.u2.s', 'of somebody else');
  const { drafts, load } = tab();
  drafts.write('s', 'Secret');
  drafts.erase();
  expect([load().read('s'), ofBrowser.length]).toEqual(['', 1]);
});
