import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { FakeOpenAiServer } from '../../src/models/testing/fake-openai-server.ts';
import { newAgent } from '../agents.ts';
import { withPassword } from '../second-factor.ts';
import { openSession } from '../given.ts';
import { ask } from '../turns.ts';
import { confirm } from './confirm.ts';
import { givenServer } from './given-server.ts';
import { inBrowser } from './in-browser.ts';

const password = 'correct horse battery staple';
const key = 'sk-only-in-tests-2026-wxyz';
const oidc = {
  PERDURE_OIDC_ISSUER: 'http://127.0.0.1:1',
  PERDURE_OIDC_CLIENT_ID: 'perdure',
  PERDURE_OIDC_CLIENT_SECRET: 'only in tests, a client secret',
  PERDURE_OIDC_NAME: 'Example ID',
};
const card = (page: Page, name: string) => page.getByRole('listitem', { name });

inBrowser('the settings', (open) => {
  it('adds an endpoint, fetches its models, tests one and makes it the default, and asks for the key again elsewhere', async () => {
    const server = await givenServer({ withModel: true });
    const other = await FakeOpenAiServer.start({ text: 'From the other.' });
    other.serves = ['small', 'large'];
    const profile = await open({ url: server.url, as: server.admin });
    const page = await profile.visit('/admin/settings');
    await page.waitForURL(/\/admin\/settings\/models$/);
    await card(page, 'Set by the environment').getByText('PERDURE_MODEL_BASE_URL').waitFor();

    await page.getByRole('button', { name: 'Add endpoint' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Local');
    await dialog.getByLabel('Address').fill(other.url);
    await dialog.getByLabel('Key', { exact: true }).fill(key);
    await dialog.getByRole('button', { name: 'Fetch from the endpoint' }).click();
    await dialog.getByText('The endpoint told its models.').waitFor();
    await dialog.getByText('small', { exact: true }).click();
    expect(await dialog.getByLabel('Models', { exact: true }).inputValue()).toBe('small');
    await dialog.getByRole('button', { name: 'Test the first' }).click();
    await dialog.getByText('small answers.').waitFor();
    await dialog.getByRole('button', { name: 'Add endpoint' }).click();
    const local = card(page, 'Local');
    await local.getByText('Stored, ends with wxyz').waitFor();
    expect(await page.content()).not.toContain(key);

    await page.getByRole('combobox', { name: 'Model' }).selectOption({ label: 'small' });
    await page.getByRole('button', { name: 'Use this model' }).click();
    await local.getByText('Default', { exact: true }).waitFor();
    const person = await server.person();
    const { answer } = await ask(person, (await openSession(person)).session_id, 'Who answers?');
    expect(answer?.model).toBe('small');

    other.always({ status: 401 });
    await local.getByRole('button', { name: 'Test small' }).click();
    await local.getByText('The endpoint refused the key.').waitFor();

    await local.getByRole('button', { name: 'Change' }).click();
    const change = page.getByRole('dialog');
    await change.getByText('Leave this empty to keep it').waitFor();
    await change.getByLabel('Address').fill('https://elsewhere.example/v1');
    await change.getByText('the stored one is not sent there').waitFor();
    expect(await change.getByRole('button', { name: 'Test the first' }).isDisabled()).toBe(true);
    await change.getByRole('button', { name: 'Save' }).click();
    expect(await change.locator('input:invalid').getAttribute('type')).toBe('password');
    await change.getByRole('button', { name: 'Cancel' }).click();

    await local.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove endpoint' }).click();
    await page.getByRole('alertdialog').getByText('Choose another one first.').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('combobox', { name: 'Model' }).selectOption({ label: 'scripted' });
    await page.getByRole('button', { name: 'Use this model' }).click();
    await card(page, 'Set by the environment').getByText('Default', { exact: true }).waitFor();
    await local.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('alertdialog').getByText('No agent names one of its models.').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
    await newAgent(server.admin, { name: 'Harbour clerk', model: 'small' });
    await newAgent(server.admin, { name: 'Lawyer', model: 'large' });
    await local.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('alertdialog').getByText('1 agent names one of its models:').waitFor();
    expect(await page.getByRole('alertdialog').getByRole('listitem').allInnerTexts()).toEqual([
      'Harbour clerk · small',
    ]);
    await confirm(page, 'Remove endpoint');
    await local.waitFor({ state: 'detached' });
    profile.forgive(/status of 409/);
    await other.close();
  });

  it('tests the embedder, and says how it is changed', async () => {
    const server = await givenServer();
    const profile = await open({ url: server.url, as: server.admin });
    const page = await profile.visit('/admin/settings/embedder');
    await page.getByText('all-MiniLM-L6-v2').first().waitFor();
    await page.getByText('with a restart').waitFor();
    await page.getByRole('button', { name: 'Test the embedder' }).click();
    await page.getByText('The embedder cannot be asked.').waitFor();
  });

  it('keeps passwords for administrators, which the sign-in page says, and gives them back', async () => {
    const server = await givenServer({ env: oidc });
    await withPassword(server.admin, 'rule-member', password);
    const profile = await open({ url: server.url, as: server.admin });
    const page = await profile.visit('/admin/settings/sign-in');
    await page.getByRole('radio', { name: 'Administrators alone' }).click();
    await page.getByRole('alertdialog').getByText('One of them is not linked to it').waitFor();
    await confirm(page, 'Limit passwords');
    await page.getByRole('radio', { name: 'Administrators alone', checked: true }).waitFor();

    const nobody = await open({ url: server.url });
    const signIn = await nobody.visit('/sign-in');
    await signIn.getByText('A password is for administrators alone.').waitFor();
    await signIn.getByLabel('Username').fill('rule-member');
    await signIn.getByLabel('Password').fill(password);
    await signIn.getByRole('button', { name: 'Sign in' }).click();
    await signIn.getByRole('alert').getByText('Only administrators sign in with a password here.').waitFor();
    nobody.forgive(/status of 403/);

    await page.getByRole('radio', { name: 'Everybody' }).click();
    await confirm(page, 'Let everybody');
    await page.getByRole('radio', { name: 'Everybody', checked: true }).waitFor();
    await signIn.getByRole('button', { name: 'Sign in' }).click();
    await signIn.getByRole('button', { name: 'rule-member' }).waitFor();
  });

  it('has a list of its sections, and is for administrators', async () => {
    const server = await givenServer();
    const profile = await open({ url: server.url, as: server.admin });
    const page = await profile.visit('/admin/settings/sign-in');
    await page
      .getByRole('navigation', { name: 'Sections of the settings' })
      .getByRole('link', { name: 'Models' })
      .click();
    await page.waitForURL(/models$/);
    await profile.visit('/admin/settings/none').then((none) => none.getByText('There is no such section').waitFor());
    const member = await open({ url: server.url, as: await server.person() });
    const refused = await member.visit('/admin/settings/models');
    await refused.getByText('This page is for administrators.').waitFor();
  });
});
