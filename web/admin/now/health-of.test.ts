import { expect, test } from 'vitest';
import {
  backupHealth,
  diskHealth,
  embedderHealth,
  modelHealth,
  modelsOf,
  otherModels,
  serverHealth,
  storeHealth,
  worstOf,
} from './health-of.ts';

const serverMs = Date.parse('2026-11-27T10:10:00.000Z');
const at = '2026-11-27T10:09:00.000Z';
const gb = 1_000_000_000;

test('of several the worst is shown, and nobody’s word is no good word', () => {
  const [good, warn, bad] = (['good', 'warn', 'bad'] as const).map((state) => ({ state, words: state }));
  if (!good || !warn || !bad) throw new Error('there are three');
  expect(worstOf([good, bad, warn])).toBe(bad);
  expect(worstOf([good, good])).toBe(good);
  expect(worstOf([]).state).toBe('unknown');
});

test('a store that cannot be used says why', () => {
  expect(storeHealth({ kind: 'sqlite', unfit: null })).toEqual({ state: 'good', words: 'SQLite, read and written' });
  expect(storeHealth({ kind: 'postgresql', unfit: 'the store cannot be written' })).toEqual({
    state: 'bad',
    words: 'PostgreSQL: the store cannot be written',
  });
});

test('a model is as its latest answer was', () => {
  const model = { label: 'm', endpoint: '', at, failing_since: null, code: null };
  expect(modelHealth({ ...model, state: 'unasked', at: null }, serverMs).state).toBe('unknown');
  expect(modelHealth({ ...model, state: 'answering' }, serverMs).words).toBe('m, answered 1 min 0 s ago');
  const failing = modelHealth({ ...model, state: 'failing', failing_since: at, code: 'model_timeout' }, serverMs);
  expect(failing).toEqual({ state: 'bad', words: 'm fails for 1 min 0 s: The language model took too long.' });
});

test('models beside the default have a line each, as on the server where they do worst', () => {
  const model = { label: 'm', endpoint: '', state: 'answering' as const, at, failing_since: null, code: null };
  const other = { ...model, label: 'o', endpoint: 'Local' };
  const failing = { ...other, state: 'failing' as const, failing_since: at, code: 'model_timeout' };
  const embedder = { name: 'e', state: 'ready' as const, detail: '' };
  const report = { streams: 0, accepting: true, model, embedder, disk: null };
  const reports = [
    { ...report, other_models: [other] },
    { ...report, other_models: [failing, { ...other, label: 'p' }] },
  ];
  expect(otherModels(reports, serverMs).map(({ state, words }) => [state, words])).toEqual([
    ['bad', 'o at Local fails for 1 min 0 s: The language model took too long.'],
    ['good', 'p at Local, answered 1 min 0 s ago'],
  ]);
  expect(reports.map((each) => modelsOf(each, serverMs).state)).toEqual(['good', 'bad']);
});

test('an embedder that cannot run says what searches do without it', () => {
  expect(embedderHealth({ name: 'e', state: 'ready', detail: '' })).toEqual({ state: 'good', words: 'e' });
  expect(embedderHealth({ name: 'e', state: 'unavailable', detail: 'no room' }).words).toBe(
    'e cannot run, searches are by words alone: no room',
  );
});

test('a disk is low below 15% and bad when almost full', () => {
  expect(diskHealth({ free_bytes: 50 * gb, total_bytes: 100 * gb }).state).toBe('good');
  expect(diskHealth({ free_bytes: 14 * gb, total_bytes: 100 * gb }).state).toBe('warn');
  expect(diskHealth({ free_bytes: 0.1 * gb, total_bytes: 100 * gb }).state).toBe('bad');
  expect(diskHealth(null).state).toBe('unknown');
});

test('a backup is as old as the state that it holds, and one that was never made or is damaged is said to be', () => {
  const verified = { made_at: at, checked_at: at, originals: 0, bytes: 1 };
  expect(backupHealth({ verified, failed: null }, serverMs)).toEqual({
    state: 'good',
    words: 'There is one, and it is whole. It holds the state of 1 min 0 s ago.',
  });
  const failed = { checked_at: at, was_verified: true };
  expect(backupHealth({ verified, failed }, serverMs).state).toBe('warn');
  expect(backupHealth({ verified: null, failed: null }, serverMs).state).toBe('warn');
  expect(backupHealth({ verified: null, failed }, serverMs).state).toBe('bad');
});

test('a server that says nothing for too long hangs', () => {
  const server = { instance_id: 'i', started_at: at, seen_at: at, running: 0, report: null };
  expect(serverHealth(server, serverMs)).toEqual({ state: 'unknown', words: 'Of another version' });
  expect(serverHealth(server, serverMs + 60_000).state).toBe('bad');
});
