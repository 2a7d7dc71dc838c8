/** How soon an answer goes on when the process that writes it is killed and another shares its data directory.
 *  Usage: node bench/takeover.ts [--rounds 20]
 *  Each round: an answer streams at 40 pieces a second, its owner is killed with SIGKILL after 20 of them, and a reader at the other
 *  process waits for the first piece beyond what was shown. The model goes on from shown text, so that its own speed does not count.
 *  Then a new process takes the place of the killed one. */
import { parseArgs } from 'node:util';
import type { StreamedEvent, TextDelta } from '../src/contract/events.ts';
import { Client } from '../test/client.ts';
import { GivenServer, openSession, type Person } from '../test/given.ts';
import { checkInvariants } from '../test/invariants.ts';
import type { ServerProcess } from '../test/server-process.ts';
import { send, untilEnded } from '../test/turns.ts';
import { waitFor } from '../test/wait-for.ts';
import { median, print, printLimited, quantile } from './support/lines.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } });
const bench = 'takeover';
const text = Array.from({ length: 60 }, (_each, index) => `word${index}`).join(' ');
const shownPieces = 20;

await using given = await GivenServer.start({ withModel: true, env: { PERDURE_MODEL_CONTINUES: '1' } });
given.model.always({ text, pieceDelayMs: 25, continues: true });
let processes = [given.process, await given.startAnother()];
const rounds: { claimMs: number; pieceMs: number }[] = [];
while (rounds.length < Number(values.rounds)) rounds.push(await killOwner());
const checked = await checkInvariants(given.databasePath);

const claimMs = rounds.map((round) => round.claimMs);
const tookMs = rounds.map((round) => round.pieceMs);
const to = (end: string) => `kill of the owner to ${end} at another process, ${rounds.length} kills`;
const what = to('the next new piece');
print({ bench, what: `${to('the claim')}: p50`, value: median(claimMs), unit: 'ms' });
print({ bench, what: `${to('the claim')}: p95`, value: quantile(claimMs, 0.95), unit: 'ms' });
print({ bench, what: `${what}: p50`, value: median(tookMs), unit: 'ms' });
printLimited({ bench, what: `${what}: p95`, value: quantile(tookMs, 0.95), unit: 'ms', limit: 3_000 });
print({ bench, what: `${what}: longest`, value: Math.max(...tookMs), unit: 'ms' });
print({ bench, what: 'turns checked against the invariants', value: checked.turns ?? 0, unit: 'turns' });

/** One round; gives the time from the kill to the next attempt and to the first character nobody had seen. */
async function killOwner(): Promise<{ claimMs: number; pieceMs: number }> {
  const person = at(given.admin, processes[0]);
  const { session_id } = await openSession(person);
  const turn = await send(person, session_id, 'Many words, please.');
  const owner = await waitFor('the owner', () =>
    processes.find(({ log }) => log.includes(`"turn_claimed","turnId":"${turn.turn_id}"`)),
  );
  const other = processes.find((each) => each !== owner);
  const reader = at(given.admin, other);
  const stream = await reader.client.stream(`/api/sessions/${session_id}/events`);
  const deltas = () => stream.events.filter((event): event is TextDelta => event.type === 'text_delta');
  const shown = () => Math.max(0, ...deltas().map((delta) => delta.offset + delta.text.length));
  await stream.until('the pieces before the kill', () => shown() >= shownPieces * 7);
  const killedMs = performance.now();
  process.kill(owner.pid, 'SIGKILL');
  const shownAtKill = shown();
  const piece = await stream.until('the next new piece', ({ frames }) =>
    frames.find(({ data }) => isNew(data as TextDelta, shownAtKill)),
  );
  const claim = stream.frames.find(({ data }) => isClaim(data as StreamedEvent));
  await untilEnded(reader, session_id, turn.turn_id);
  await stream.close();
  await owner.exited;
  processes = [...processes.filter((each) => each !== owner), await given.startAnother()];
  return { claimMs: (claim?.atMs ?? Number.NaN) - killedMs, pieceMs: piece.atMs - killedMs };
}

function isNew(event: TextDelta, shownAtKill: number): boolean {
  return event.type === 'text_delta' && event.attempt === 2 && event.offset + event.text.length > shownAtKill;
}

function isClaim(event: StreamedEvent): boolean {
  return event.type === 'turn_state' && event.state === 'running' && event.attempt === 2;
}

function at(person: Person, process: ServerProcess | undefined): Person {
  if (!process) throw new Error('There are two processes.');
  return { ...person, client: new Client(process.url, person.client.token) };
}
