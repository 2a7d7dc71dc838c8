import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { documentText } from '../../src/contract/documents.ts';
import { answered } from '../client.ts';
import { signIn } from '../given.ts';
import { ServerProcess } from '../server-process.ts';
import { logOf, untilEnded } from '../turns.ts';
import { waitFor } from '../wait-for.ts';
import { rowOf } from './admin-window.ts';
import { inBrowser } from './in-browser.ts';
import { SessionWindow } from './session-window.ts';

inBrowser('a newcomer', (open) => {
  it('signs in as the first start says, watches the handbook come in, asks, and opens the passage; the administrator sees it', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'perdure-newcomer-'));
    const server = await ServerProcess.start({ dataDir });
    onTestFinished(async () => {
      await server.kill();
      await rm(dataDir, { recursive: true, force: true });
    });
    const { username, password } = firstAdministrator(server.firstLine);
    const profile = await open({ url: server.url });

    const page = await profile.visit('/');
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Hello, admin.' }).waitFor();

    const steps = page.getByRole('region', { name: 'First steps' });
    await steps.getByRole('listitem').filter({ hasText: 'Ask a question' }).waitFor();
    expect(await steps.getByLabel('Done:').count(), 'nothing is done yet').toBe(0);
    await steps.getByRole('link', { name: 'Connect a language model' }).click();
    await page.getByRole('button', { name: 'Add endpoint' }).waitFor();

    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.getByRole('link', { name: /Perdure handbook/ }).click();
    const states = await untilAllReady(page);
    expect(states.some((state) => /Waiting|Reading|Indexing/.test(state))).toBe(true);

    const watching = await profile.visit('/admin/sessions');
    await watching.getByText('Live', { exact: true }).waitFor();
    await watching.evaluate('globalThis.stayed = true');

    await page.getByRole('button', { name: 'New session' }).first().click();
    await page.getByText('What would you like to know?').waitFor();
    const sessionId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const row = rowOf(watching, sessionId);
    expect(await row.cell('Messages')).toBe('0');

    const session = new SessionWindow(page);
    await session.ask('How do I back up Perdure?');
    await session.chip(1).click();
    const marked = await page.getByRole('complementary', { name: 'Source' }).locator('mark').textContent();

    const { client } = await signIn(server.url, username, password);
    const admin = { username, user: { id: '', username, display_name: '', role: 'administrator' as const }, client };
    const [first] = await logOf(admin, sessionId);
    const log = await untilEnded(admin, sessionId, first?.turn_id ?? '');
    const answer = log.findLast((event) => event.type === 'agent_message');
    const citation = answer?.citations[0];
    const path = `/api/documents/${citation?.document_id}/text?version=${citation?.document_version}`;
    const { text } = answered(await client.get(path), 200, documentText);
    expect(marked).toBe(text.slice(citation?.start, citation?.end));
    expect(marked).toBe(citation?.quote);
    expect(await page.getByRole('complementary', { name: 'Source' }).innerText()).toContain(citation?.document_title);
    expect(citation?.corpus_name).toBe('Perdure handbook');

    await waitFor('2 messages and 1 query', async () => {
      return (await row.cell('Messages')) === '2' && (await row.cell('Queries')) === '1';
    });
    await page.getByRole('link', { name: 'Perdure', exact: true }).click();
    await steps.getByRole('listitem').filter({ hasText: 'Ask a question' }).getByLabel('Done:').waitFor();
    await steps.getByRole('button', { name: 'Put the first steps away' }).click();
    await steps.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('Go on with').waitFor();
    expect(await steps.count()).toBe(0);
    expect(await watching.evaluate('globalThis.stayed')).toBe(true);
    expect(profile.count('GET', '/api/admin/sessions')).toBe(0);
  });
});

function firstAdministrator(line: string): { username: string; password: string } {
  const [, username = '', password = ''] = /sign in as (\S+) with password (\S+)/.exec(line) ?? [];
  return { username, password };
}

/** The states of the documents as they were shown, until every one is ready. */
async function untilAllReady(page: Page): Promise<string[]> {
  const seen = new Set<string>();
  const rows = page.getByRole('group', { name: 'Documents' }).locator('tbody tr');
  await waitFor(
    'every document of the handbook is ready',
    async () => {
      const states = await rows.locator('td:nth-child(3)').allInnerTexts();
      for (const state of states) seen.add(state.trim());
      return states.length >= 10 && states.every((state) => state.trim() === 'Ready');
    },
    90_000,
  );
  return [...seen];
}
