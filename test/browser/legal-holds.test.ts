import { it } from 'vitest';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { expectAccessible } from './accessible.ts';
import { inBrowser } from './in-browser.ts';

inBrowser('a legal hold', (open) => {
  const server = sharedServer();

  it('is placed and released with a reason, and its owner is told why a session is not deleted for good', async () => {
    const person = await server().person();
    const { session_id } = await openSession(person, { title: 'Contract' });
    await person.client.delete(`/api/sessions/${session_id}`);
    const page = await (await open({ url: server().url, as: server().admin })).visit('/admin/settings/holds');
    await page.getByText('Nothing is under a legal hold.').waitFor();
    await page.getByRole('button', { name: 'Place a hold' }).click();
    await page.getByRole('combobox', { name: 'On' }).selectOption('session');
    await page.getByLabel('Session’s id').fill(session_id);
    await page.getByLabel('Your reason').fill('The lawsuit about the harbour');
    await expectAccessible(page, 'placing a hold');
    await page.getByRole('button', { name: 'Place hold' }).click();
    await page.getByRole('listitem').filter({ hasText: 'The lawsuit about the harbour' }).waitFor();

    const profile = await open({ url: server().url, as: person });
    const own = await profile.visit('/sessions/bin');
    await own.getByRole('button', { name: 'Delete Contract for good' }).click();
    await own.getByRole('button', { name: 'Delete for good', exact: true }).click();
    await own.getByText('This must be kept for now: a legal hold is on it.').waitFor();
    profile.forgive(/409/);
    await own.getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('button', { name: 'Release the hold on Contract' }).click();
    await page.getByLabel('Your reason').fill('It was settled');
    await page.getByRole('button', { name: 'Release hold', exact: true }).click();
    await page.getByText('It was settled').waitFor();
    await own.getByRole('button', { name: 'Delete Contract for good' }).click();
    await own.getByRole('button', { name: 'Delete for good', exact: true }).click();
    await own.getByText('There are no deleted sessions.').waitFor();
  });
});
