import { expect, it } from 'vitest';
import { makeZip } from '../../src/knowledge/testing/make-zip.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { exportWith, writtenSession } from '../exports.ts';
import { newKey } from '../keys.ts';
import { sharedServer } from '../shared-server.ts';
import { inBrowser } from './in-browser.ts';
import { translated } from './in-language.ts';

inBrowser('a sentence of the server with values in it', (open) => {
  const server = sharedServer();

  it('says in German which files can be read, and of an archive how many came and why others did not', async () => {
    const curator = await server().person('curator');
    const corpus = await newCorpus(curator, 'Gemischtes');
    const odt = makeZip([
      { name: 'mimetype', content: 'application/vnd.oasis.opendocument.text' },
      { name: 'content.xml', content: '<x/>' },
    ]);
    const zip = makeZip([
      { name: 'a.md', content: '# One\n\nA file.' },
      { name: 'b.md', content: '# Two\n\nAnother file.' },
      { name: 'leer.md', content: '' },
    ]);
    for (const id of [
      await upload(curator, corpus.id, 'bilder.zip', makeZip([{ name: 'leer.md', content: '' }])),
      await upload(curator, corpus.id, 'texte.zip', zip),
    ])
      await untilRead(curator, id);
    const profile = await open({ url: server().url, as: curator, locale: 'de-DE' });
    const page = await profile.visit(`/knowledge/${corpus.id}`);
    const row = (title: string) => page.locator('tr', { has: page.getByRole('link', { name: title, exact: true }) });
    await row('bilder')
      .getByText('Keine Datei in diesem Archiv konnte hinzugefügt werden. leer.md: Die Datei ist leer.')
      .waitFor();
    const notices = await row('texte').getByRole('list').first().innerText();
    expect(notices).toContain('2 Dateien dieses Archivs wurden als eigene Dokumente hinzugefügt.');
    expect(notices).toContain('1 Datei wurde nicht hinzugefügt; die Seite dieses Archivs nennt den Grund.');
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: translated('de', 'Choose files') }).click();
    await (await choosing).setFiles({ name: 'brief.odt', mimeType: 'application/zip', buffer: Buffer.from(odt) });
    await page
      .getByText('Das ist eine OpenDocument-Datei und kann nicht gelesen werden. Laden Sie Folgendes hoch: Markdown,')
      .waitFor();
    profile.forgive(/^console: .*415/s);
  });

  it('says in Arabic why a session was not brought back', async () => {
    const person = await server().person();
    const profile = await open({ url: server().url, as: person, locale: 'ar' });
    const page = await profile.visit('/account');
    const broken = writtenSession('Broken');
    broken.events.splice(2, 1);
    await page.getByRole('button', { name: translated('ar', 'Bring back an export') }).click();
    const dialog = page.getByRole('dialog');
    const buffer = Buffer.from(exportWith([broken, writtenSession('Whole')]));
    await dialog
      .locator('input[type=file]')
      .setInputFiles({ name: 'perdure.zip', mimeType: 'application/zip', buffer });
    await dialog.getByRole('button', { name: translated('ar', 'Bring back'), exact: true }).click();
    await page.getByText('الحدث 3: رقمه 4.').waitFor();
  });

  it('says in German how many keys one may have', async () => {
    const person = await server().person();
    for (let made = 0; made < 50; made += 1) await newKey(person);
    const profile = await open({ url: server().url, as: person, locale: 'de-DE' });
    const page = await profile.visit('/account');
    await page.getByRole('button', { name: translated('de', 'New key') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(translated('de', 'Name'), { exact: true }).fill('Nachtbericht');
    await dialog.getByRole('checkbox').first().check();
    await dialog.getByRole('button', { name: translated('de', 'Create key') }).click();
    await dialog.getByText('Sie haben 50 Schlüssel. Widerrufen Sie einen, der nicht mehr gebraucht wird.').waitFor();
    profile.forgive(/^console: .*409/s);
  });
});
