import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { agentOf, newAgent, saveAgent } from '../agents.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { sharedServer } from '../shared-server.ts';
import { expectAccessible } from './accessible.ts';
import { confirm } from './confirm.ts';
import { expectToFit } from './fits.ts';
import { inBrowser } from './in-browser.ts';

const instructions = (page: Page) => page.getByRole('textbox', { name: 'Instructions' });
const save = (page: Page) => page.getByRole('button', { name: 'Save as a new version' });
const bench = (page: Page) => page.getByRole('region', { name: 'Test bench' });

async function askBench(page: Page, text: string): Promise<void> {
  await bench(page).getByRole('textbox', { name: 'Test question' }).fill(text);
  await bench(page).getByRole('button', { name: 'Ask the draft' }).click();
}

/** The system text of a request to the model. */
function systemOf(request: unknown): string | undefined {
  const { body } = request as { body: { messages: { role: string; content: string }[] } };
  return body.messages.find(({ role }) => role === 'system')?.content;
}

inBrowser('agents', (open) => {
  const server = sharedServer({ withModel: true });
  it('are made, tried out before they are saved, saved as versions, compared and brought back', async () => {
    const { admin, model } = server();
    const corpus = await newCorpus(admin, 'House rules');
    const documentId = await upload(admin, corpus.id, 'holidays.md', '# Holidays\n\nThirty days of holiday a year.');
    await untilRead(admin, documentId);
    model.always({ librarian: true, text: 'Thirty days [1].' });
    const page = await (await open({ url: server().url, as: admin })).visit('/admin/agents');
    await page.getByRole('link', { name: 'New agent' }).click();
    await page.getByText('Give it a name.').waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('Holiday desk');
    await page.getByRole('textbox', { name: 'Description' }).fill('Knows about days off.');
    await instructions(page).fill('Search, then answer in one line, with numbers.');
    await page.getByRole('button', { name: 'Show what the model is sent' }).click();
    const preview = page.getByRole('region', { name: 'What the model is sent' });
    await preview.getByText('Search, then answer in one line').waitFor();
    await preview.getByText('Tools: search_corpora, list_corpora, open_passage').waitFor();
    await page.getByRole('radio', { name: 'Only these' }).check();
    await page.getByText('Choose a corpus, or all.').waitFor();
    await page.getByRole('checkbox', { name: 'House rules' }).check();

    await askBench(page, 'How many days?');
    await bench(page)
      .getByRole('button', { name: /^Source 1: / })
      .first()
      .click();
    await bench(page).getByText('Thirty days of holiday a year.').first().waitFor();
    await page.getByRole('button', { name: 'Close source' }).click();
    expect(systemOf(model.requests.at(-1))).toContain('answer in one line');
    await instructions(page).fill('Search, then answer like a sailor.');
    await askBench(page, 'And in a leap year?');
    await bench(page).getByRole('article').nth(1).getByText('Thirty days').waitFor();
    expect(systemOf(model.requests.at(-1))).toContain('like a sailor');

    await page.reload();
    expect(await instructions(page).inputValue()).toBe('Search, then answer like a sailor.');
    await bench(page).getByText('You wrote: And in a leap year?').waitFor();
    await page.getByRole('button', { name: 'Make agent' }).click();
    await page.getByRole('heading', { name: 'Holiday desk' }).waitFor();
    await page.getByRole('link', { name: 'Versions (1)' }).waitFor();
    await bench(page).getByText('You wrote: And in a leap year?').waitFor();

    await instructions(page).fill('Search, then answer like a pilot.');
    await page.getByRole('textbox', { name: 'Note on this version' }).fill('No more ships');
    await page.getByRole('checkbox', { name: 'open_passage' }).uncheck();
    await save(page).click();
    await page.getByRole('link', { name: 'Versions (2)' }).click();
    await page.getByText('No more ships').waitFor();
    const comparison = page.getByRole('region', { name: 'Version 2' });
    await comparison.getByText('Search, then answer like a sailor.').waitFor();
    await comparison.getByText('Search, then answer like a pilot.').waitFor();
    await comparison.getByText('list_corpora, search_corpora', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Version 1' }).click();
    await page.getByRole('button', { name: 'Bring version 1 back' }).click();
    await confirm(page, 'Bring back');
    await page.getByText('Version 1 again').waitFor();
    const agentId = /agents\/([^/]+)\/versions/.exec(page.url())?.[1] ?? '';
    expect(await agentOf(admin, agentId)).toMatchObject({
      version: 3,
      definition: { instructions: 'Search, then answer like a sailor.' },
    });
  });

  it('keep what was typed when somebody else saves first, and ask whose text goes on', async () => {
    const { admin } = server();
    const { id } = await newAgent(admin, { name: `Desk ${randomUUID()}` });
    const page = await (await open({ url: server().url, as: admin })).visit(`/admin/agents/${id}`);
    await instructions(page).waitFor();
    await saveAgent(admin, id, { instructions: 'Earlier.' });
    await page.reload();
    expect(await instructions(page).inputValue(), 'nobody typed here').toBe('Earlier.');
    await instructions(page).fill('Mine.');
    await saveAgent(admin, id, { instructions: 'Theirs.' });
    await save(page).click();
    const notice = page.getByRole('alert', { name: 'Saved by somebody else' });
    await notice.getByText('saved version 3 meanwhile').waitFor();
    expect(await instructions(page).inputValue()).toBe('Mine.');
    await notice.getByText('How yours differs').click();
    await notice.getByText('Theirs.').waitFor();
    await expectAccessible(page, 'a conflict');
    await expectToFit(page, 'a conflict');
    await page.reload();
    await notice.waitFor();
    await notice.getByRole('button', { name: 'Go on with mine' }).click();
    await save(page).click();
    await page.getByRole('link', { name: 'Versions (4)' }).waitFor();
    expect((await agentOf(admin, id)).definition.instructions).toBe('Mine.');
  });

  it('ask other agents that are chosen for them, and the session says whom', async () => {
    const { admin, model } = server();
    const clerk = await newAgent(admin, { name: `Clerk ${randomUUID()}` });
    const asker = await newAgent(admin, { name: `Asker ${randomUUID()}`, tools: [] });
    const page = await (await open({ url: server().url, as: admin })).visit(`/admin/agents/${asker.id}`);
    const others = page.getByRole('group', { name: 'Agents it may ask' });
    await others.getByRole('checkbox', { name: clerk.definition.name }).check();
    expect(await others.getByText(asker.definition.name).count(), 'not itself').toBe(0);
    await save(page).click();
    await page.getByRole('link', { name: 'Versions (2)' }).click();
    await page.getByText('Agents it may ask').waitFor();
    await page.getByText(clerk.definition.name).waitFor();

    const call = {
      id: 'call_1',
      name: 'ask_agent',
      arguments: JSON.stringify({ agent: clerk.definition.name, question: 'When?' }),
    };
    model.next({ toolCalls: [call] }, { text: 'At seven.' }, { text: 'It opens at seven.' });
    await page.goto(`/admin/agents/${asker.id}`);
    await askBench(page, 'When does it open?');
    await bench(page).getByText(`Asked ${clerk.definition.name}`).waitFor();
    await bench(page).getByText('It opens at seven.').waitFor();
    await expectAccessible(page, 'a bench whose agent asked another');

    expect((await admin.client.delete(`/api/admin/agents/${clerk.id}`)).status).toBe(204);
    await page.reload();
    await page.getByText('Deleted: 1 agent. Saving takes it off the list.').waitFor();
  });

  it('whose model no endpoint lists is told so at the field, and can be saved', async () => {
    const { admin } = server();
    const agent = await newAgent(admin);
    const page = await (await open({ url: server().url, as: admin })).visit(`/admin/agents/${agent.id}`);
    const field = page.getByRole('combobox', { name: 'Model' });
    await field.fill('scripted');
    await page.getByText(/^Its name at an endpoint/).waitFor();
    await field.fill('scriptd');
    const warning = page.getByText(/^No endpoint lists this model.*check the name\.$/);
    await warning.waitFor();
    expect(await field.getAttribute('aria-describedby')).toBe(await warning.getAttribute('id'));
    await expectAccessible(page, 'a model that no endpoint lists');
    await save(page).click();
    await page.getByRole('link', { name: 'Versions (2)' }).waitFor();
    expect((await agentOf(admin, agent.id)).definition.model).toBe('scriptd');
  });

  it('are copied, switched off, and deleted unless they come with Perdure', async () => {
    const { admin } = server();
    const page = await (await open({ url: server().url, as: admin })).visit('/admin/agents/librarian');
    const more = () => page.getByRole('button', { name: 'More about this agent' }).click();
    await more();
    expect(await page.getByRole('menuitem', { name: 'Delete…' }).count()).toBe(0);
    await page.getByRole('menuitem', { name: 'Copy' }).click();
    await page.getByRole('heading', { name: 'New agent' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Copy of Librarian');
    await page.getByRole('button', { name: 'Make agent' }).click();
    await page.getByRole('heading', { name: 'Copy of Librarian' }).waitFor();
    await more();
    await page.getByRole('menuitem', { name: 'Switch off…' }).click();
    await confirm(page, 'Switch off');
    await page.getByText('Switched off: nobody can use it.').waitFor();
    await more();
    await page.getByRole('menuitem', { name: 'Switch on…' }).click();
    const [cancel, switchOn] = ['Cancel', 'Switch on'].map((name) => page.getByRole('button', { name }));
    expect(await switchOn?.getAttribute('class'), 'nothing to be warned of').not.toContain('danger');
    await expectAccessible(page, 'an agent to be switched on', '[role=alertdialog]');
    await cancel?.click();
    await more();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await confirm(page, 'Delete agent');
    await page.getByRole('link', { name: 'Librarian', exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'Copy of Librarian' }).count()).toBe(0);
  });
});
