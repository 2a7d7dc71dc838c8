import { existsSync } from 'node:fs';
import { quantile } from '../../../bench/support/lines.ts';
import { finalTurnStates } from '../../../src/contract/events.ts';
import type { TurnView } from '../../../src/contract/fold.ts';
import type { FakeAnswer, RecordedRequest } from '../../../src/models/testing/fake-answers.ts';
import { GivenServer, type Person } from '../../given.ts';
import { waitFor } from '../../wait-for.ts';
import { orderedBy, orderWords, wordsOf } from '../answers.ts';
import { type Attack, newTally, type Tally } from '../attack.ts';
import { Crowd } from '../crowd.ts';
import type { Follower } from '../follower.ts';
import { History } from '../history.ts';
import { judge } from '../judge.ts';
import { type Misbehaviour, misbehaviours } from '../misbehaviours.ts';
import { sendUntilAnswered } from '../outbox.ts';
import { createRandom, type Random } from '../random.ts';
import { ResidentWatch } from '../resident.ts';
import { TurnPace } from '../turn-pace.ts';

/** F14: the model goes wrong in every way there is, in many sessions at once, beside people whose model behaves. Each turn ends in a named
 *  state with the text that was shown, no model is asked more than three times for a step, and the others notice nothing. */
export const badModel: Attack = {
  name: 'bad-model',
  id: 'F14',
  title: 'the model misbehaves in every way at once',
  rounds: { fast: 1, whole: 20 },
  obstacle: () => (existsSync('/proc/self/status') ? undefined : 'the system does not tell what memory a process has'),
  async run({ rounds, seed, say }) {
    const random = createRandom(seed);
    const tally = newTally();
    const history = new History();
    const requests = new Map<string, number>();
    const pace = new TurnPace();
    await using server = await GivenServer.start({ withModel: true, env: { PERDURE_LOG_LEVEL: 'error', ...hurry } });
    server.model.always((request) => answerTo(request, requests));
    let orders = 0;
    const order = () => orderWords(20, ++orders);
    const onEvent = pace.see;
    await using good = await Crowd.open(await server.person(), { history, sessions: goodSessions, order, onEvent });
    const person = await server.person();
    await using bad = await Crowd.open(person, { history, sessions: badSessions, order });

    good.keepBusy();
    // The first turns wait for what they load.
    await pace.next(goodSessions);
    const alone = quantile(await pace.next(turnsAlone), 0.95);
    using watch = new ResidentWatch(server.process.pid);
    const baseBytes = watch.peakBytes;
    let cases = 0;
    for (let round = 0; round < rounds; round++) {
      const drawn = drawCases(random, cases);
      cases += drawn.length;
      await Promise.all(
        bad.followers.map(async (follower) => {
          for (let each = drawn.shift(); each; each = drawn.shift()) {
            tally.breaches.push(...(await play(follower, person, history, each)));
          }
        }),
      );
      // The model is in this process, where judging holds everything up: nobody waits for it meanwhile.
      await good.untilAtRest();
      addJudgement(tally, await judge(server.dataDir, history));
      good.keepBusy();
      tally.rounds += 1;
      say(`round ${round + 1}: ${cases} cases, ${tally.breaches.length} breaches`);
    }
    const beside = quantile(await pace.next(1), 0.95);
    await good.untilAtRest();
    addJudgement(tally, await judge(server.dataDir, history));
    const unanswered = good.followers.flatMap(({ view }) => view.turns.filter(({ state }) => state !== 'done'));
    tally.breaches.push(...good.breaches(), ...unanswered.map(({ turnId, code }) => `a good turn ${turnId}: ${code}`));
    tally.faults = cases;
    tally.acknowledged = history.acknowledged;
    const grownMiB = (watch.peakBytes - baseBytes) / 2 ** 20;
    tally.measures.push(
      { what: 'requests for one step, most', value: Math.max(...requests.values()), unit: '', atMost: triesPerStep },
      { what: 'a turn of a model that behaves, alone, p95', value: alone, unit: 'ms' },
      { what: 'the same beside them, p95', value: beside, unit: 'ms', atMost: 2 * alone + 500 },
      { what: 'memory over before, most', value: grownMiB, unit: 'MiB', atMost: maxGrownMiB },
    );
    return tally;
  },
};

/** The promised deadlines are 60 s of silence and 5 minutes without a piece. */
const hurry = { PERDURE_TEST_MODEL_HURRY: '12' };
const badSessions = 12;
const goodSessions = 6;
const turnsAlone = 30;
const triesPerStep = 3;
/** A turn's text may be 1 MiB, an answer that cannot be read 4 MiB; a dozen of them at once, each some times over. */
const maxGrownMiB = 192;
/** How the message of a case names what is played. */
const played = /play (\d+) as case (\d+)/g;

type Case = { number: number; misbehaviour: Misbehaviour };

/** All of them in random order, those that are waited for first. */
function drawCases(random: Random, from: number): Case[] {
  const drawn = misbehaviours
    .map((misbehaviour) => ({ misbehaviour, place: random.unit() - (misbehaviour.isSlow ? 1 : 0) }))
    .toSorted((a, b) => a.place - b.place);
  return drawn.map(({ misbehaviour }, index) => ({ number: from + index, misbehaviour }));
}

function answerTo({ body }: RecordedRequest, requests: Map<string, number>): FakeAnswer {
  const message = orderedBy(body);
  const [, index, number] = [...message.matchAll(played)].at(-1) ?? [];
  const whole = wordsOf(message);
  const misbehaviour = misbehaviours[Number(index)];
  if (!misbehaviour) return { text: whole, pieceDelayMs: 15 };
  // The messages grow with each step, and with nothing else.
  const step = `${number} ${body.messages?.length}`;
  const request = (requests.get(step) ?? 0) + 1;
  requests.set(step, request);
  return misbehaviour.answer(whole, request);
}

/** Sends the message of a case, waits for its turn to end, and holds it against what the model did.
 *  @returns what is wrong with it */
async function play(
  follower: Follower,
  person: Person,
  history: History,
  { number, misbehaviour }: Case,
): Promise<string[]> {
  const message = `Now play ${misbehaviours.indexOf(misbehaviour)} as case ${number}. ${orderWords(20, number)}`;
  const outcome = await sendUntilAnswered({ history, client: () => person.client }, follower.sessionId, message);
  if (outcome.state !== 'stored') return [`the message of case ${number} was refused`];
  const find = () => follower.view.turns.find(({ turnId }) => turnId === outcome.turnId);
  const turn = await waitFor(`the end of case ${number}, a model that ${misbehaviour.name}`, () => {
    const found = find();
    return found && finalTurnStates.has(found.state) && found;
  });
  const wrong = faultOf(turn, misbehaviour, wordsOf(message));
  return wrong === undefined ? [] : [`a model that ${misbehaviour.name}: ${wrong}`];
}

function faultOf({ state, code, answer }: TurnView, misbehaviour: Misbehaviour, whole: string): string | undefined {
  const { ends, says = (text: string) => text, keeps } = misbehaviour;
  const ended = state === 'failed' ? code : state;
  if (ended !== ends) return `the turn ended as ${state} (${code}), not as ${ends}`;
  const text = answer?.text ?? '';
  const said = says(whole);
  if (state === 'done' ? text !== said : !said.startsWith(text)) return `${shorten(text)} is not what it said`;
  if (keeps && text !== keeps(whole)) return `${shorten(text)} is kept, not all that was shown`;
  if (state === 'failed' && answer && !answer.partial) return 'what is kept is not marked as a part';
  return undefined;
}

const shorten = (text: string) => JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);

function addJudgement(tally: Tally, { lost, doubled, breaches }: Awaited<ReturnType<typeof judge>>): void {
  tally.lost += lost;
  tally.doubled += doubled;
  tally.breaches.push(...breaches);
}
