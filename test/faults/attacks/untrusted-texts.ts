import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { corpus as corpusShape, uploadAnswer } from '../../../src/contract/documents.ts';
import { allUntrustedTexts } from '../../../web/session/testing/untrusted-texts.ts';
import { buildWebAppOnce } from '../../browser/build-web-app-once.ts';
import { findChromium, launchChromium, noChromium } from '../../browser/chromium.ts';
import { Profile } from '../../browser/profile.ts';
import { SessionWindow } from '../../browser/session-window.ts';
import { untilLoaded } from '../../browser/until-loaded.ts';
import { answered } from '../../client.ts';
import { untilRead } from '../../documents.ts';
import { GivenServer, openSession, type Person } from '../../given.ts';
import { ask } from '../../turns.ts';
import { type Attack, newTally } from '../attack.ts';
import { createRandom, type Random } from '../random.ts';

/** S6: texts that would run a script or ask another server, as messages, answers that stream a character at a time, passages, names of files,
 *  documents, sessions, corpora, groups and people, drawn by a real browser. A round is one text. No dialog, no request to another origin, no
 *  breach of our own Content Security Policy, nothing in the page that could run. */
export const untrustedTexts: Attack = {
  name: 'untrusted-texts',
  id: 'S6',
  title: 'texts that would run scripts or ask other servers, everywhere, in a real browser',
  rounds: { fast: 10, whole: allUntrustedTexts.length },
  obstacle: () => (findChromium() ? undefined : noChromium),
  async run({ rounds, seed, say }) {
    const tally = newTally();
    buildWebAppOnce();
    await using server = await GivenServer.start({ withModel: true, env: { PERDURE_LOG_LEVEL: 'warn' } });
    const chromium = await launchChromium();
    try {
      const drawn = drawTexts(createRandom(seed), rounds);
      for (let from = 0; from < drawn.length; from += batch) {
        const texts = drawn.slice(from, from + batch);
        const { breaches, places } = await drawEverywhere(server, chromium, texts);
        tally.breaches.push(...breaches);
        tally.faults += places;
        tally.rounds += texts.length;
        say(`${tally.rounds} texts at ${tally.faults} places: ${tally.breaches.length} breaches`);
      }
    } finally {
      await chromium.close();
    }
    return tally;
  },
};

/** On one page at once. */
const batch = 10;

/** As many of each category as the number allows, each category from a drawn place. */
function drawTexts(random: Random, count: number): string[] {
  const groups = [...Map.groupBy(allUntrustedTexts, ({ category }) => category).values()].map((texts) => {
    const from = random.between(0, texts.length - 1);
    return [...texts.slice(from), ...texts.slice(0, from)].map(({ text }) => text);
  });
  const drawn: string[] = [];
  for (let round = 0; drawn.length < Math.min(count, allUntrustedTexts.length); round++) {
    drawn.push(...groups.flatMap((texts) => texts.slice(round, round + 1)));
  }
  return drawn.slice(0, count);
}

/** Puts texts wherever a text may stand, opens every page that shows them, and tells what was wrong there. A name that the server refuses stands nowhere. */
async function drawEverywhere(server: GivenServer, chromium: Browser, texts: readonly string[]) {
  const breaches: string[] = [];
  const administrator = await server.person('administrator');
  const paths = [
    '/',
    '/knowledge',
    '/admin/now',
    '/admin/usage?by=group',
    '/admin/sessions',
    '/admin/users',
    '/admin/groups',
  ];
  let places = 0;
  for (const text of texts) {
    const made = await putEverywhere(administrator, text);
    places += made.places;
    paths.push(...made.paths);
  }
  const profile = await Profile.open(chromium, { url: server.url, as: administrator });
  await profile.context.addInitScript(reportBreaches);
  try {
    const { session_id: sessionId } = await openSession(administrator);
    const window = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    for (const text of texts) {
      server.model.always({ pieces: text.match(/./gsu) ?? [], pieceDelayMs: 1 });
      await ask(administrator, sessionId, text);
      server.model.always({ text: `${text}\n\nso it is`, librarian: true });
      await ask(administrator, sessionId, `Which gate? ${text}`);
      places += 4;
      await window.untilAnswer('the answer', (shown) => shown.includes('so it is'));
      breaches.push(...(await faultsOf(window.page, text)));
    }
    const chip = window.answers.getByRole('button', { name: /^Source 1:/ }).last();
    await chip.click();
    await window.page.getByRole('complementary', { name: 'Source' }).waitFor();
    breaches.push(...(await faultsOf(window.page, 'the passage of a source')));
    for (const path of paths) {
      const page = await profile.visit(path);
      await untilLoaded(page);
      breaches.push(...(await faultsOf(page, path)));
      await page.close();
    }
    breaches.push(...profile.problems.map((problem) => `${problem} (one of ${JSON.stringify(texts).slice(0, 1_500)})`));
  } finally {
    await profile.close();
  }
  return { breaches, places };
}

async function putEverywhere(person: Person, text: string): Promise<{ places: number; paths: string[] }> {
  const { client } = person;
  const paths: string[] = [];
  const name = text.replaceAll(/\s+/g, ' ').trim().slice(0, 60).toWellFormed();
  const session = await openSession(person);
  const named = [
    await client.patch(`/api/sessions/${session.session_id}`, { title: text.slice(0, 200) }),
    await client.post('/api/admin/groups', { name: `${name} ${randomUUID()}` }),
    await client.post('/api/admin/users', {
      username: `u${randomUUID()}`,
      password: 'a long enough one',
      display_name: text.slice(0, 120),
    }),
  ];
  const made = await client.post('/api/corpora', {
    name: `${name} ${randomUUID()}`,
    description: text.slice(0, 2_000),
  });
  named.push(made);
  if (made.status === 201) {
    const { id } = answered(made, 201, corpusShape);
    paths.push(`/knowledge/${id}`);
    const filename = encodeURIComponent(`${name.replaceAll(/[/\\]/g, '_')}.md`);
    const body = `# ${name}\n\nThe gate opens at seven.\n\n${text}\n`;
    const uploaded = await client.call('POST', `/api/corpora/${id}/documents?filename=${filename}`, { body });
    named.push(uploaded);
    if (uploaded.status === 202) {
      const { document_id: documentId } = answered(uploaded, 202, uploadAnswer);
      await untilRead(person, documentId);
      paths.push(`/documents/${documentId}`);
    }
  }
  return { places: named.filter(({ status }) => status < 300).length, paths };
}

/** The browser tells of it in the console as well; this says what was blocked. */
const reportBreaches = `addEventListener('securitypolicyviolation', (event) =>
  console.error('breach of ' + event.effectiveDirective + ': ' + event.blockedURI + ' ' + event.sample));`;

/** Elements and attributes in a page that only a text could have brought there. */
async function faultsOf(page: Page, where: string): Promise<string[]> {
  const found = await page.evaluate<string[]>(`[...document.querySelectorAll('body *')].flatMap((element) => {
    const name = element.localName;
    const bad = /^(?:script|img|iframe|frame|object|embed|video|audio|source|link|meta|base|style|form|math|portal|dialog|foreignobject|use|animate|set|image)$/.test(name);
    const own = name === 'form' && element.closest('main, [role=dialog], aside') && !element.action.includes('elsewhere');
    const isApp = element.matches('#root ~ script');
    const attributes = [...element.attributes].filter(({ name, value }) =>
      /^on/.test(name) || /^(?:srcdoc|ping|formaction|background|poster)$/.test(name) ||
      (/^(?:href|src|action|xlink:href)$/.test(name) && /^[\\s\\u0000-\\u001f]*(?:javascript|data|vbscript|blob|file):/i.test(value)));
    return [...(bad && !own && !isApp ? ['element ' + element.outerHTML.slice(0, 150)] : []),
      ...attributes.map(({ name, value }) => element.localName + ' with ' + name + '=' + value.slice(0, 100))];
  })`);
  return found.map((fault) => `${fault}: ${where.slice(0, 200)}`);
}
