import { expect, it } from 'vitest';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';
import { inBrowser } from './in-browser.ts';

inBrowser('reading somebody’s session', (open) => {
  const server = sharedServer({ withModel: true });

  it('asks for a reason, shows what was said, and tells the owner at once who read it and why', async () => {
    server().model.always({ librarian: true, text: 'Blue, mostly.' });
    const owner = await server().person();
    const { session_id } = await openSession(owner);
    await ask(owner, session_id, 'Which colour is the gate?');
    const theirs = await open({ url: server().url, as: owner });
    const session = await theirs.visit(`/sessions/${session_id}`);
    await session.getByText('Blue, mostly.').waitFor();
    expect(await session.getByText('read this session').count()).toBe(0);

    const profile = await open({ url: server().url, as: server().admin });
    const page = await profile.visit('/admin/sessions');
    await page.getByRole('button', { name: `Read… session ${session_id.slice(0, 8)}` }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('sees on the session that you read it').waitFor();
    await dialog.getByLabel('Your reason').fill('too short');
    await dialog.getByRole('button', { name: 'Record and read' }).click();
    expect(profile.count('POST', /\/content$/)).toBe(0);
    await dialog.getByLabel('Your reason').fill('The owner asked for help');
    await dialog.getByRole('button', { name: 'Record and read' }).click();
    await dialog.getByText('Blue, mostly.').waitFor();
    await dialog.getByText('Which colour is the gate?').first().waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();

    await session.getByText(/admin read this session/).waitFor();
    await session.getByText('“The owner asked for help”').waitFor();
  });
});
