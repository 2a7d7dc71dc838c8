import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Locator, Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';
import { waitFor } from '../wait-for.ts';
import { inBrowser } from './in-browser.ts';
import { noteShifts, sumOf, takeShifts } from './layout-shifts.ts';
import type { Profile, ProfileOptions } from './profile.ts';
import { SessionWindow } from './session-window.ts';

/** In a source: a server of another origin, which the test looks at. */
const elsewhere = 'http://elsewhere.example';
const run = "alert('run')";
const phone = { viewport: { width: 360, height: 740 }, isPhone: true };
const fenced = (source: string) => `\`\`\`mermaid\n${source}\n\`\`\``;

const gate = `flowchart TD
  A[Who is at the gate?] -->|keeper| B(Open it)
  A -->|stranger| C{Is it day?}
  C -->|yes| D[Ask the keeper]
  C -->|no| E[Keep it closed]`;
const answer = `This is how it goes:\n\n${fenced(gate)}\n\nThat is all there is to it, on most days.\n`;

/** Each tries to run something, to lead away or to ask another server. */
const hostile: Readonly<Record<string, string>> = {
  'a click that runs': `flowchart LR\n A[one] --> B[two]\n click A call alert("run")\n click B href "javascript:${run}"`,
  'a link away': `flowchart LR\n A[one] --> B[two]\n click A "${elsewhere}/page" _top`,
  'labels of HTML': `flowchart LR\n A["<img src=x onerror=${run}>"] --> B["<script>${run}</script><iframe src='${elsewhere}/f'></iframe>"]`,
  'a label with a picture': `flowchart LR\n A["\`![x](${elsewhere}/pixel.png)\`"] --> B@{ img: "${elsewhere}/node.png", label: "x" }`,
  'a directive that loosens': `%%{init: {"securityLevel": "loose", "htmlLabels": true, "secure": [], "flowchart": {"htmlLabels": true}}}%%\nflowchart LR\n A["<img src=x onerror=${run}>"] --> B\n click A call alert("run")`,
  'frontmatter that loosens': `---\nconfig:\n  securityLevel: loose\n  htmlLabels: true\n  themeCSS: "@import '${elsewhere}/x.css'; * { background: url(${elsewhere}/p) }"\n---\nflowchart LR\n A["<img src=x onerror=${run}>"] --> B`,
  'styles that load': `flowchart LR\n A --> B\n style A fill:url(${elsewhere}/fill)\n classDef x background:url(${elsewhere}/bg)\n class B x`,
  'a font that loads': `%%{init: {"fontFamily": "x; } @font-face { font-family: x; src: url(${elsewhere}/font) } * { font-family: x"}}%%\nflowchart LR\n A --> B`,
  'links of an actor': `sequenceDiagram\n participant A\n link A: Page @ ${elsewhere}/page\n links A: {"Run": "javascript:${run}"}\n A->>A: <img src=x onerror=${run}>`,
  'a class that calls back': `classDiagram\n class Gate\n callback Gate "${run}" "tip"\n link Gate "javascript:${run}"`,
};

inBrowser('a diagram in an answer', (open) => {
  const server = sharedServer({ withModel: true });

  async function opened(text: string, options: Partial<ProfileOptions> = {}) {
    server().model.always({ text });
    const person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    await ask(person, sessionId, 'Draw it.');
    const profile = await open({ url: server().url, as: person, ...options });
    await noteFiles(profile);
    const window = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    return { profile, window, sessionId, figures: window.answers.last().locator('figure') };
  }

  it.each([
    ['a wide window', {}],
    ['a phone, in the dark', { ...phone, colorScheme: 'dark' as const }],
  ])('is drawn once it is whole, and moves nothing, in %s', async (_name, options) => {
    const person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    server().model.always({ text: answer, pieceDelayMs: 30 });
    const profile = await open({ url: server().url, as: person, ...options });
    await noteShifts(profile);
    const window = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    await window.composer.waitFor();
    await window.ask('Who may come in?');
    const answered = window.answers.last();
    await answered.locator('figure').waitFor();
    await takeShifts(window.page);
    await answered.locator('figure', { hasText: 'stranger' }).waitFor();
    expect(await answered.locator('figure img').count()).toBe(0);
    await pictureOf(answered.locator('figure'));
    await window.page.getByRole('button', { name: 'Copy answer' }).waitFor();
    const shifts = await takeShifts(window.page);
    console.info(`layout shifts: ${shifts.length}, together ${sumOf(shifts).toFixed(5)} ${JSON.stringify(shifts)}`);
    expect(sumOf(shifts), JSON.stringify(shifts, undefined, 1)).toBeLessThanOrEqual(0.01);
    expect(profile.problems).toEqual([]);
  });

  it('shows a picture with its kind as its text, and its source and its full size behind buttons', async () => {
    const { profile, window, figures } = await opened(answer);
    await profile.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const picture = await pictureOf(figures);
    expect(await picture.getAttribute('alt')).toBe('Flowchart');
    expect(await picture.getAttribute('src')).toMatch(/^blob:/);
    expect(await figures.locator('svg [id], style').count()).toBe(0);
    await figures.getByRole('button', { name: 'Show source' }).click();
    expect(await figures.locator('pre').innerText()).toBe(gate);
    await figures.getByRole('button', { name: 'Copy source' }).click();
    await figures.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await window.page.evaluate('navigator.clipboard.readText()')).toBe(gate);
    await figures.getByRole('button', { name: 'Show picture' }).click();
    await figures.getByRole('button', { name: 'Full size' }).click();
    const natural = await picture.evaluate((image: unknown) => (image as { naturalHeight: number }).naturalHeight);
    expect((await picture.boundingBox())?.height).toBeCloseTo(natural, 0);
    await figures.getByRole('button', { name: 'Fit in' }).click();
    expect(profile.problems).toEqual([]);
  });

  it('is drawn by one frame without origin, which reaches nothing', async () => {
    const { profile, window, figures } = await opened(`${answer}\n\n${fenced('pie\n "a" : 1\n "b" : 2')}`);
    await pictureOf(figures.nth(0));
    await pictureOf(figures.nth(1));
    const frames = window.page.locator('iframe');
    expect(await frames.count()).toBe(1);
    expect(await frames.getAttribute('sandbox')).toBe('allow-scripts');
    const [frame] = window.page.frames().filter((each) => each !== window.page.mainFrame());
    if (!frame) throw new Error('the frame is gone');
    const tried = (code: string) =>
      frame.evaluate<string>(
        `(async () => { try { ${code}; return 'done'; } catch (error) { return error.name; } })()`,
      );
    expect(await frame.evaluate('self.origin')).toBe('null');
    expect(await tried('document.cookie')).toBe('SecurityError');
    expect(await tried('localStorage.length')).toBe('SecurityError');
    expect(await tried('parent.document.body')).toBe('SecurityError');
    expect(await tried("await fetch('/api/auth/me')")).toBe('TypeError');
    expect(await tried(`await fetch('${elsewhere}')`)).toBe('TypeError');
    expect(await tried("top.location.href = '/api/docs'")).toBe('SecurityError');
    await frame.evaluate(`{ location.href = '${elsewhere}/?away' }`).catch(() => undefined);
    // The page tells of the one, the frame of the other, each when it comes to it.
    await waitFor('both ways out are refused', () =>
      ['frame-src', 'Unsafe attempt'].every((words) => profile.problems.some((each) => each.includes(words))),
    );
    expect(new URL(window.page.url()).pathname).toMatch(/^\/sessions\//);
    // A frame that could not go away tells again of what it was refused.
    await profile.close();
    profile.forgive(/Content Security Policy|Unsafe attempt to initiate navigation/);
    expect(profile.problems).toEqual([]);
  });

  it.each(Object.entries(hostile))('with %s is harmless', async (_name, source) => {
    const asked: string[] = [];
    const other = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const there = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { profile, window, figures } = await opened(
      `${fenced(source.replaceAll(elsewhere, there))}\n\nHere it ends.`,
    );
    await settled(figures);
    const answered = window.answers.last();
    expect(await answered.locator('a, script, iframe, foreignObject, [onerror], [href]').count()).toBe(0);
    expect(await answered.locator('img').count()).toBeLessThanOrEqual(1);
    for (const image of await answered.locator('img').all()) {
      expect(await image.getAttribute('src')).toMatch(/^blob:/);
      const svg = await fileAt(window.page, (await image.getAttribute('src')) ?? '');
      expect(await dangersOf(window.page, svg)).toEqual([]);
      await image.click();
    }
    expect(asked).toEqual([]);
    // The browser tells of what it refused the frame; nothing was asked and nothing ran.
    profile.forgive(/^console: .*Content Security Policy|^asked another origin: http:\/\/127\.0\.0\.1/);
    expect(profile.problems).toEqual([]);
  });

  it.each([
    ['is of no kind', 'this is no diagram\n at all', 'its first line names no kind of diagram.'],
    ['is broken', 'flowchart LR\n A --> B\n B --> [[[', 'line 3 is not understood.'],
    ['is very long', `flowchart LR\n${' A --> B\n'.repeat(2500)}`, 'it is longer than 20,000 characters.'],
    ['has very many lines', `flowchart LR\n${' A --> B\n'.repeat(600)}`, 'it has more than 500 connections.'],
  ])('that %s is shown as it was written, with the reason', async (_name, source, reason) => {
    const { profile, figures } = await opened(fenced(source));
    await settled(figures);
    expect(await figures.getByRole('status').innerText()).toBe(`This diagram cannot be drawn: ${reason}`);
    expect((await figures.locator('pre').innerText()).trim()).toContain(source.trim().slice(0, 40));
    expect(await figures.getByRole('button', { name: 'Copy source' }).count()).toBe(1);
    profile.forgive(/^console: /);
    expect(profile.problems).toEqual([]);
  });

  it('that never ends is given up after 5 seconds, while the page lives, and the next is drawn by another frame', async () => {
    const person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    server().model.always({ text: `${fenced('pie\n "endless" : 1')}\n\n${answer}` });
    await ask(person, sessionId, 'Draw it.');
    const profile = await open({ url: server().url, as: person });
    let frames = 0;
    await profile.context.route('**/diagrams/', async (route) => {
      frames += 1;
      if (frames > 1) return route.continue();
      const response = await route.fetch();
      await route.fulfill({ response, body: '<script type="module" src="/diagrams/assets/endless.js"></script>' });
    });
    await profile.context.route('**/diagrams/assets/endless.js', (route) =>
      route.fulfill({
        contentType: 'text/javascript',
        headers: { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' },
        body: "addEventListener('message', () => { for (;;); }); parent.postMessage({ kind: 'ready' }, '*');",
      }),
    );
    const window = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    const figures = window.answers.last().locator('figure');
    await window.composer.fill('The page still takes words.');
    await figures.getByText('This diagram cannot be drawn: it takes longer than 5 seconds.').waitFor();
    await pictureOf(figures.nth(1));
    expect(frames).toBe(2);
    expect(await window.page.locator('iframe').count()).toBe(1);
    expect(await window.composer.inputValue()).toBe('The page still takes words.');
  });

  it('is drawn anew for the other look, and on white for paper', async () => {
    const { profile, window, sessionId, figures } = await opened(answer, { colorScheme: 'dark' });
    expect(await drawnFile(window.page, figures)).toContain('#17332d');
    await window.page.emulateMedia({ colorScheme: 'light' });
    await waitFor('the light picture', async () => (await drawnFile(window.page, figures)).includes('#e0f0ec'));
    await window.page.emulateMedia({ colorScheme: 'dark' });
    const paper = await profile.visit(`/sessions/${sessionId}/print`);
    expect(await drawnFile(paper, paper.locator('figure'))).toContain('#e0f0ec');
    expect(profile.problems).toEqual([]);
  });
});

async function pictureOf(figure: Locator): Promise<Locator> {
  const picture = figure.locator('img');
  await picture.waitFor();
  await waitFor('the picture is loaded', () =>
    picture.evaluate((image: unknown) => (image as { naturalWidth: number }).naturalWidth > 0),
  );
  return picture;
}

const drawnFile = async (page: Page, figure: Locator): Promise<string> =>
  fileAt(page, (await (await pictureOf(figure)).getAttribute('src')) ?? '');

/** Until there is a picture, or a reason for none. */
async function settled(figure: Locator): Promise<void> {
  await figure.locator('img').or(figure.getByText('This diagram cannot be drawn')).first().waitFor();
}

/** Elements and attributes of a picture that would run, load or lead away if it were more than a picture. */
async function dangersOf(page: Page, svg: string): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const file = new DOMParser().parseFromString(${JSON.stringify(svg)}, 'image/svg+xml');
    return [...file.querySelectorAll('*')].flatMap((element) => [
      ...(/^(script|iframe|foreignObject|parsererror|object|embed)$/i.test(element.localName) ? [element.localName] : []),
      ...[...element.attributes].filter(({ localName, value }) =>
        /^on/i.test(localName) || (localName === 'href' && !value.startsWith('#'))).map(({ name, value }) => name + '=' + value),
    ]);
  })()`);
}

/** Keeps what a page makes files of: it may not ask for them itself. */
async function noteFiles(profile: Profile): Promise<void> {
  await profile.context.addInitScript(`(() => {
    globalThis.madeFiles = new Map();
    const make = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob) => {
      const address = make(blob);
      void blob.text().then((text) => globalThis.madeFiles.set(address, text));
      return address;
    };
  })()`);
}

/** The file at an address that the page made. */
async function fileAt(page: Page, address: string): Promise<string> {
  const text = await page.evaluate<string | null>(`globalThis.madeFiles.get(${JSON.stringify(address)}) ?? null`);
  if (text === null) throw new Error(`no file at ${address}`);
  return text;
}
