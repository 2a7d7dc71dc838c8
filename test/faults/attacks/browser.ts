import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { finalTurnStates } from '../../../src/contract/events.ts';
import { emptyView, fold, type TurnView } from '../../../src/contract/fold.ts';
import { buildWebAppOnce } from '../../browser/build-web-app-once.ts';
import { findChromium, launchChromium, noChromium } from '../../browser/chromium.ts';
import { transcriptOf, watchOf, watchPages } from '../../browser/page-watch.ts';
import { Profile } from '../../browser/profile.ts';
import { SessionWindow } from '../../browser/session-window.ts';
import { queryDatabase } from '../../database.ts';
import { GivenServer, openSession, type Person } from '../../given.ts';
import { logOf } from '../../turns.ts';
import { waitFor } from '../../wait-for.ts';
import { answerOrders, orderWords, wordOfAnyScript } from '../answers.ts';
import { type Attack, newTally, type Tally } from '../attack.ts';
import { BrowserTraffic } from '../browser-traffic.ts';
import { History } from '../history.ts';
import { judge } from '../judge.ts';
import { createRandom, type Random } from '../random.ts';
import { TcpProxy, type Weather } from '../tcp-proxy.ts';

/** F11: eight tabs of a real browser behind a bad network. Answers stream while every connection is cut at a drawn byte, the network
 *  goes away, a tab is reloaded, one leaves and comes back by the back-forward cache, and the server is killed. What the tabs
 *  show is watched at every change, held against the store after each kill, and against the log once all is quiet. */
export const browser: Attack = {
  name: 'browser',
  id: 'F11',
  title: 'eight tabs of a real browser, a network that cuts and goes away, and kill -9',
  rounds: { fast: 1, whole: 30 },
  obstacle: () => (findChromium() ? undefined : noChromium),
  async run({ rounds, seed, say }) {
    const random = createRandom(seed);
    const tally = newTally();
    const seen = { longestWaitMs: 0, inCharacter: 0, left: 0, restored: 0 };
    buildWebAppOnce();
    const chromium = await launchChromium({ hasBackForwardCache: true });
    try {
      while (tally.rounds < rounds) {
        await liveOneLife(chromium, random, Math.min(roundsInLife, rounds - tally.rounds), tally, seen, say);
      }
    } finally {
      await chromium.close();
    }
    const { longestWaitMs, inCharacter, left, restored } = seen;
    tally.measures.push(
      {
        what: 'the longest that a request waited for a connection',
        value: longestWaitMs,
        unit: 'ms',
        atMost: mostWaitMs,
      },
      { what: 'cuts inside a character', value: inCharacter, unit: 'cuts' },
      { what: 'returns by the back-forward cache', value: restored, unit: `of ${left}` },
    );
    return tally;
  },
};
type Seen = { longestWaitMs: number; inCharacter: number; left: number; restored: number };

const tabsOfSessions = [5, 2, 1];
/** A browser and a data directory are used for so many rounds: a page shows the newest 50 turns of a session at once. */
const roundsInLife = 5;
const pieceDelayMs = 40;
const offlineMs = 5_000;
/** A call is given up after 30 s, a read that was not answered and a message after 20 s. */
const starvedMs = 35_000;
/** A request that the cut network keeps from any connection is given up after 20 s and made anew. */
const mostWaitMs = 21_000;

async function liveOneLife(
  chromium: Browser,
  random: Random,
  rounds: number,
  tally: Tally,
  seen: Seen,
  say: (line: string) => void,
): Promise<void> {
  const env = { PERDURE_LOG_LEVEL: 'error', PERDURE_MODEL_CONTINUES: '1' };
  await using server = await GivenServer.start({ withModel: true, env });
  answerOrders(server.model, { pieceDelayMs, continues: true, word: wordOfAnyScript });
  const proxy = await TcpProxy.start(server.url);
  const person = await server.person();
  const profile = await Profile.open(chromium, { url: proxy.url, as: person });
  try {
    const life = await Life.begin({ server, person, proxy, profile, random });
    for (let done = 0; done < rounds; done++) {
      await life.round(tally);
      tally.rounds += 1;
      say(`round ${tally.rounds}: ${proxy.cuts} cuts in this life, ${tally.breaches.length} breaches`);
    }
    tally.faults += proxy.cuts;
    tally.acknowledged += life.history.acknowledged;
    seen.longestWaitMs = Math.max(seen.longestWaitMs, life.traffic.longestWaitMs);
    seen.inCharacter += proxy.cutsInCharacter;
    seen.left += life.left;
    seen.restored += life.restored;
  } finally {
    await profile.close();
    await proxy.close();
  }
}

type Tab = { name: string; sessionId: string; window: SessionWindow; draft: string };
type Parts = { server: GivenServer; person: Person; proxy: TcpProxy; profile: Profile; random: Random };

class Life {
  readonly history = new History();
  readonly traffic: BrowserTraffic;
  /** How often a tab went to another page and back. */
  left = 0;
  /** How often it came back from the back-forward cache. */
  restored = 0;
  readonly #breaches: string[] = [];
  readonly #parts: Parts;
  readonly #tabs: Tab[] = [];
  /** Every message, each unlike the others. */
  readonly #sent: string[] = [];

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.traffic = new BrowserTraffic(parts.profile.context, this.history);
  }

  static async begin(parts: Parts): Promise<Life> {
    const life = new Life(parts);
    await watchPages(parts.profile.context);
    for (const [index, tabs] of tabsOfSessions.entries()) {
      const { session_id: sessionId } = await openSession(parts.person);
      for (let i = 0; i < tabs; i++) {
        const window = new SessionWindow(await parts.profile.visit(`/sessions/${sessionId}`));
        await window.composer.waitFor();
        life.#tabs.push({ name: `tab ${index}.${i}`, sessionId, window, draft: '' });
      }
    }
    return life;
  }

  /** Every fault once, in a drawn order, while answers stream; then fair weather, and everything must be everywhere. */
  async round(tally: Tally): Promise<void> {
    const { proxy, random } = this.#parts;
    proxy.weather = this.#storm();
    const thinker = random.oneOf(this.#inSession(0));
    thinker.draft = `A thought of round ${tally.rounds + 1}\nthat is not sent yet ✎`;
    await thinker.window.composer.fill(thinker.draft);
    const faults = [
      () => this.#loseNetwork(),
      () => this.#reload(thinker),
      () => this.#leaveAndReturn(random.oneOf(this.#inSession(0))),
      () => this.#kill(tally),
      ...(random.unit() < 0.25 ? [() => this.#goHalfOpen()] : []),
    ];
    while (faults.length > 0) {
      const [fault] = faults.splice(random.between(0, faults.length - 1), 1);
      await this.#keepBusy(thinker);
      await fault?.();
      tally.faults += 1;
    }
    await this.#keepBusy(thinker);
    proxy.weather = {};
    await this.#untilQuiet();
    await this.#judge(tally);
    const kept = await thinker.window.composer.inputValue();
    if (kept !== thinker.draft) this.#breaches.push(`the composer held “${kept}”, not the text that was written there`);
    await thinker.window.composer.fill('');
    thinker.draft = '';
    tally.breaches.push(...this.#breaches.splice(0), ...this.#parts.profile.problems.splice(0));
  }

  /** Cuts each answer of the API at a drawn byte, one in ten within its head, and lets all bytes wait. */
  #storm(): Weather {
    const { random } = this.#parts;
    const cutAfter = (said: string) => {
      if (/^(GET|POST) \/api\//.test(said)) {
        const bytes = random.unit() < 0.1 ? random.between(1, headBytes) : headBytes * mostHeads ** random.unit();
        return { bytes: Math.round(bytes), inCharacter: random.unit() < 0.5 };
      }
      return said.startsWith('GET ') ? { bytes: Number.POSITIVE_INFINITY } : undefined;
    };
    return { cutAfter, delayMs: random.between(0, 40) };
  }

  async #loseNetwork(): Promise<void> {
    const { proxy, profile } = this.#parts;
    const { weather } = proxy;
    await profile.context.setOffline(true);
    proxy.weather = { refuses: true };
    proxy.cutAll();
    await this.#send(this.#drawSender(1));
    await pause(offlineMs);
    proxy.weather = weather;
    await profile.context.setOffline(false);
  }

  async #goHalfOpen(): Promise<void> {
    const { proxy } = this.#parts;
    const { weather } = proxy;
    proxy.weather = { isHalfOpen: true };
    await this.#send(this.#drawSender(2));
    await pause(offlineMs);
    proxy.weather = weather;
  }

  async #reload({ window }: Tab): Promise<void> {
    await window.page.reload();
    await window.composer.waitFor();
  }

  async #leaveAndReturn({ name, window: { page, composer } }: Tab): Promise<void> {
    const before = await watchOf(page);
    await page.goto('/healthz');
    await pause(this.#parts.random.between(0, 1_500));
    this.left += 1;
    // Playwright's own goBack waits for a page that is loaded, which one of the cache is not.
    await page.evaluate('setTimeout(() => history.back())');
    const after = await waitFor('the page that was left', () => watchOf(page).catch(() => undefined));
    if (after.restored > (before?.restored ?? 0)) this.restored += 1;
    else
      this.#breaches.push(...(await reasonsNotToRestore(page)).map((reason) => `${name} was loaded anew: ${reason}`));
    await composer.waitFor();
  }

  async #kill(tally: Tally): Promise<void> {
    const { server } = this.#parts;
    await this.#noteShown();
    await server.process.kill();
    await this.#judge(tally);
    await server.startAgain();
  }

  /** Sees to it that an answer streams in every session, and that a tab of the first shows it. */
  async #keepBusy(except: Tab): Promise<void> {
    const busy = new Set(this.#turns().flatMap(({ sessionId, isOver }) => (isOver ? [] : [sessionId])));
    for (const index of tabsOfSessions.keys()) {
      const sender = this.#drawSender(index, except);
      if (!busy.has(sender.sessionId)) await this.#send(sender);
    }
    const [watcher] = this.#inSession(0);
    const shows = async () => {
      const turns = await transcriptOf(watcher.window.page);
      return (turns.at(-1)?.answer ?? '') !== '';
    };
    await waitFor('text of an answer', shows).catch(() =>
      this.#breaches.push(`${watcher.name} shows no text of its answer`),
    );
  }

  async #send({ window }: Tab): Promise<void> {
    const message = orderWords(this.#parts.random.between(100, 160), this.#sent.length + 1);
    this.#sent.push(message);
    await window.ask(message);
  }

  #inSession(index: number): [Tab, ...Tab[]] {
    const { sessionId } = this.#tabs[tabsOfSessions.slice(0, index).reduce((sum, tabs) => sum + tabs, 0)] ?? {};
    const [first, ...more] = this.#tabs.filter((tab) => tab.sessionId === sessionId);
    if (!first) throw new Error(`no tab shows session ${index}`);
    return [first, ...more];
  }

  #drawSender(index: number, except?: Tab): Tab {
    const [first, ...more] = this.#inSession(index).filter((tab) => tab !== except && tab.draft === '');
    if (!first) throw new Error(`no tab of session ${index} is free to send`);
    return this.#parts.random.oneOf([first, ...more]);
  }

  /** Waits until the store has nothing left to do and every tab shows what the log says; notes what a tab shows instead. */
  async #untilQuiet(): Promise<void> {
    const { person } = this.#parts;
    const waiting = () => {
      const turns = this.#turns();
      const stored = new Set(turns.map(({ message }) => message));
      return [
        ...this.#sent.filter((message) => !stored.has(message)).map((message) => `never arrived: ${message}`),
        ...turns.filter(({ isOver }) => !isOver).map(({ message }) => `never answered: ${message}`),
      ];
    };
    await waitFor('every message is answered', () => waiting().length === 0).catch(() =>
      this.#breaches.push(...waiting()),
    );
    for (const { name, sessionId, window } of this.#tabs) {
      const expected = JSON.stringify(transcriptIn(await turnsOf(person, sessionId)));
      const shows = async () => JSON.stringify(await transcriptOf(window.page));
      const isSame = async () => (await shows()) === expected;
      await waitFor(`${name} shows the log`, isSame).catch(async () =>
        this.#breaches.push(`${name} does not show what the log says, but ${(await shows()).slice(-400)}`),
      );
      const stale = await window.page.getByText(wordsOfTrouble).filter({ visible: true }).allInnerTexts();
      if (stale.length > 0) this.#breaches.push(`${name} still says ${stale.join(', ')}`);
      const watch = await watchOf(window.page);
      this.#breaches.push(...(watch?.breaches ?? ['nothing watched']).map((breach) => `${name}: ${breach}`));
      await window.page.evaluate('pageWatch.breaches.length = 0');
    }
    const starved = this.traffic.openFor(starvedMs);
    if (starved.length > 0) this.#breaches.push(`requests wait for ever: ${starved.join(', ')}`);
  }

  async #judge(tally: Tally): Promise<void> {
    const { lost, doubled, breaches } = await judge(this.#parts.server.dataDir, this.history, { continues: true });
    tally.lost += lost;
    tally.doubled += doubled;
    tally.breaches.push(...breaches);
  }

  /** What the tabs show goes into the history. */
  async #noteShown(): Promise<void> {
    const shown = await Promise.all(this.#tabs.map(({ window }) => watchOf(window.page)));
    const turns = this.#turns();
    for (const [index, { name, sessionId }] of this.#tabs.entries()) {
      for (const [message, text] of Object.entries(shown[index]?.answers ?? {})) {
        const turn = turns.find((each) => each.sessionId === sessionId && each.message === message);
        if (text !== '')
          this.history.show(name, { sessionId, turnId: turn?.turnId ?? message, attempt: 1, step: 0, text });
      }
    }
  }

  /** The turns of the store, which may be served or not. */
  #turns(): { turnId: string; sessionId: string; message: string; isOver: boolean }[] {
    return queryDatabase(
      this.#parts.server.databasePath,
      `select t.turn_id, t.session_id, t.state, json_extract(e.payload, '$.text') as message from turns t
       join session_events e on e.session_id = t.session_id and e.seq = t.message_seq order by t.position`,
    ).map((row) => ({
      turnId: String(row.turn_id),
      sessionId: String(row.session_id),
      message: String(row.message),
      isOver: finalTurnStates.has(row.state as TurnView['state']),
    }));
  }
}

/** About what the head of an answer takes. */
const headBytes = 600;
/** The most that is let through before a cut: a snapshot of fifty turns gets past more than every third. */
const mostHeads = 400;
const wordsOfTrouble = /Reconnecting|Not live|Not sent yet|Sending…|Sent, waiting|Waiting for its turn/;

/** What the app does that keeps its pages out of the back-forward cache; what is the browser's own affair it does not name. A page that leaves in the
 *  moment in which another tab asks for the lock it gives back is let go too, which no page can keep from happening. */
async function reasonsNotToRestore(page: Page): Promise<string[]> {
  const reasons = `(performance.getEntriesByType('navigation')[0].notRestoredReasons?.reasons ?? []).map((each) => each.reason)`;
  return (await page.evaluate<string[]>(reasons)).filter(
    (reason) => reason !== 'masked' && reason !== 'weblocks-contention',
  );
}

async function turnsOf(person: Person, sessionId: string): Promise<TurnView[]> {
  let view = emptyView;
  for (const event of await logOf(person, sessionId)) view = fold(view, event).view;
  return view.turns;
}

function transcriptIn(turns: readonly TurnView[]): { message: string; answer: string }[] {
  return turns.map(({ text, steps }) => ({ message: text, answer: steps.map((step) => step.text.trim()).join('\n') }));
}
