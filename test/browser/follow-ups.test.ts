import { expect, it } from 'vitest';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { inBrowser } from './in-browser.ts';
import { SessionWindow } from './session-window.ts';

const paragraph = (subject: string) =>
  `${`The ${subject} is looked after by the caretaker of the house, and whoever finds it broken tells her the same day. `.repeat(8)}\n\n`;
const rules = `# House rules\n\n## Boiler\n\nThe boiler burns larch wood. ${paragraph('boiler')}## Garden\n\n${paragraph('garden')}## Who has the keys?\n\n${paragraph('key')}`;

inBrowser('under an answer', (open) => {
  const server = sharedServer();

  it('are questions from the headings of its documents; one press asks, and what was asked is not offered again', async () => {
    const { admin, url } = server();
    const corpus = await newCorpus(admin, 'House');
    await untilRead(admin, await upload(admin, corpus.id, 'rules.md', rules));
    const { session_id: id } = await openSession(admin, { corpora: [corpus.id] });
    const page = await (await open({ url, as: admin })).visit(`/sessions/${id}`);
    const window = new SessionWindow(page);
    await window.ask('What does the boiler burn? Larch wood?');
    const offers = page.getByRole('list', { name: 'What you could ask next' });
    const garden = offers.getByRole('button', { name: 'What about “Garden”?' });
    await garden.waitFor();
    await offers.getByRole('button', { name: 'Who has the keys?' }).waitFor();
    expect(await offers.getByText('Boiler').count()).toBe(0);
    await garden.click();
    await page.getByRole('article').nth(1).getByText('looked after by the caretaker').first().waitFor();
    await offers.waitFor();
    expect(await garden.count()).toBe(0);
  });
});
