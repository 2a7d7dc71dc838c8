import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { extractText, getDocumentProxy } from 'unpdf';
import { auditList } from '../../src/contract/audit.ts';
import { newAgent } from '../agents.ts';
import { answered } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';
import { inBrowser } from './in-browser.ts';

/** With this set, pictures and the PDF are kept, and the folder is printed. */
const wantsPictures = process.env.KEEP_SCREENSHOTS !== undefined;

const answer = `# The gate

It opens at **seven** [1], in Greek **Η πύλη ανοίγει στις επτά**, in Russian «Ворота открываются в семь», 门在七点打开, تفتح البوابة في السابعة.

| Day | From | To |
| --- | ---: | ---: |
| Monday | 7 | 21 |

\`\`\`ts
const gate = { opens: 7, closes: 21, note: 'a long line of code that would run over the edge of the paper if nothing wrapped it at its end' };
\`\`\`
`;

inBrowser('exporting a session', (open) => {
  const server = sharedServer({ withModel: true });

  async function given() {
    const person = await server().person('curator');
    const corpus = await newCorpus(person, `Gates of ${person.username}`);
    const document_id = await upload(person, corpus.id, 'gate.txt', 'The gate opens at seven in the morning.');
    expect((await untilRead(person, document_id)).state).toBe('ready');
    const { session_id } = await openSession(person, { corpora: [corpus.id], title: 'When gates open' });
    server().model.always({ librarian: true, text: answer });
    const clerk = await newAgent(server().admin, { name: `Clerk of ${person.username}` });
    for (let n = 1; n <= 6; n++) {
      if (n === 4) await person.client.patch(`/api/sessions/${session_id}`, { agent_id: clerk.id });
      await ask(person, session_id, `Question ${n}: when does the gate open?`);
    }
    return { person, session_id, clerk: clerk.definition.name };
  }

  for (const [look, options] of Object.entries({
    light: {},
    dark: { colorScheme: 'dark' as const },
    phone: { viewport: { width: 360, height: 740 }, isPhone: true },
  })) {
    it(`a person takes a session along as PDF, Markdown and JSON: ${look}`, async () => {
      const folder = wantsPictures ? await mkdtemp(join(tmpdir(), 'perdure-print-')) : '';
      if (wantsPictures) process.stderr.write(`Pictures: ${folder}\n`);
      const { person, session_id, clerk } = await given();
      const profile = await open({ url: server().url, as: person, ...options });
      const page = await profile.visit(`/sessions/${session_id}`);
      const picture = async (name: string, of = page) => {
        if (wantsPictures) await of.screenshot({ path: join(folder, `${look}-${name}.png`) });
      };
      const openDialog = async () => {
        if (look === 'phone') await page.getByRole('button', { name: 'Open menu' }).click();
        await page.getByRole('button', { name: 'Actions for When gates open' }).first().click();
        await page.getByRole('menuitem', { name: 'Export…' }).click();
      };
      await openDialog();
      const dialog = page.getByRole('dialog', { name: 'Export “When gates open”' });
      await dialog.waitFor();
      await picture('dialog');
      const markdown = page.waitForEvent('download');
      await dialog.getByRole('link', { name: 'Markdown' }).click();
      expect((await markdown).suggestedFilename()).toBe('When gates open.md');
      if (look === 'phone') await page.keyboard.press('Escape');
      await openDialog();
      const opened = profile.context.waitForEvent('page');
      await dialog.getByRole('link', { name: 'PDF or paper' }).click();
      const print = await opened;
      await print.getByRole('button', { name: 'Print or save as PDF' }).and(print.locator(':enabled')).waitFor();
      await picture('page', print);
      expect(await print.evaluate<number>('document.scrollingElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);

      const bytes = await print.pdf({ format: 'A4', preferCSSPageSize: false });
      if (wantsPictures) await writeFile(join(folder, `${look}.pdf`), bytes);
      const pdf = await getDocumentProxy(new Uint8Array(bytes));
      const { text, totalPages } = await extractText(pdf, { mergePages: true });
      expect(totalPages).toBeGreaterThan(1);
      expect(totalPages).toBeLessThan(12);
      for (let n = 1; n <= 6; n++) expect(text).toContain(`Question ${n}: when does the gate open?`);
      for (const words of ['Η πύλη', 'Ворота', '“The gate opens at seven in the morning.”', 'at its end']) {
        expect(text).toContain(words);
      }
      expect(text).toContain(`1 / ${totalPages}`);
      const [before, after, ...more] = text.split(`${clerk} answers from here on`);
      expect([before?.includes('Question 3: '), after?.includes('Question 4: '), more.length]).toEqual([true, true, 0]);
      expect(before).not.toContain('Question 4: ');
      for (const button of ['Back to the session', 'Print or save', 'Copy']) expect(text).not.toContain(button);
      await print.emulateMedia({ media: 'print' });
      expect(await print.evaluate<string>('getComputedStyle(document.body).backgroundColor')).toBe(
        'rgb(255, 255, 255)',
      );
      const ink = await print.evaluate<string>("getComputedStyle(document.querySelector('h1')).color");
      expect(ink, 'dark words on paper').toBe('rgb(28, 30, 29)');
      const path = `/api/admin/audit?action=session.exported&object_id=${session_id}`;
      const { records } = answered(await server().admin.client.get(path), 200, auditList);
      expect(records.map(({ facts }) => facts['format'])).toEqual(['page', 'markdown']);
    });
  }

  it('says that a session which is not theirs does not exist', async () => {
    const { session_id } = await openSession(await server().person());
    const profile = await open({ url: server().url, as: await server().person() });
    const page = await profile.visit(`/sessions/${session_id}/print`);
    await page.getByText('This session does not exist, or it is not yours.').waitFor();
  });
});
