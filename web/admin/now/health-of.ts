import type { BackupState } from '../../../src/contract/backups.ts';
import type { InstanceNow, InstanceReport, ModelReport, NowSnapshot } from '../../../src/contract/now.ts';
import { named, said, t } from '../../i18n/translate.ts';
import { byteSize } from '../../ui/byte-size.ts';
import { backupVerdict } from '../backup-words.ts';
import { ageWords } from './age-words.ts';
import { turnFailureWords } from './failure-words.ts';

export type Health = { state: 'good' | 'warn' | 'bad' | 'unknown'; words: string };

const badness = { good: 0, unknown: 1, warn: 2, bad: 3 } as const;

/** Of several, the one that somebody must look at; of equals the first. Pure. */
export function worstOf(all: readonly Health[]): Health {
  const [first, ...rest] = all;
  const nothing: Health = { state: 'unknown', words: t('No server has said so yet.') };
  return rest.reduce((worst, each) => (badness[each.state] > badness[worst.state] ? each : worst), first ?? nothing);
}

/** Pure. */
export function storeHealth({ unfit, kind }: NowSnapshot['store']): Health {
  const store = kind === 'sqlite' ? 'SQLite' : 'PostgreSQL';
  return unfit === null
    ? { state: 'good', words: t('{store}, read and written', { store }) }
    : { state: 'bad', words: t('{store}: {reason}', { store, reason: said(unfit) }) };
}

/** By the latest answer: nothing is asked of a model only to try it. Pure. */
export function modelHealth(
  { label, endpoint, state, at, failing_since: since, code }: ModelReport,
  serverMs: number,
): Health {
  const name = endpoint === '' ? named(label) : t('{model} at {endpoint}', { model: label, endpoint });
  const age = (time: string | null) => ageWords(time === null ? 0 : serverMs - Date.parse(time));
  if (state === 'unasked') return { state: 'unknown', words: t('{name}, not asked since the start', { name }) };
  if (state === 'answering') return { state: 'good', words: t('{name}, answered {age} ago', { name, age: age(at) }) };
  const reason = turnFailureWords(code ?? '');
  return { state: 'bad', words: t('{name} fails for {age}: {reason}', { name, age: age(since), reason }) };
}

/** Models beside the default that were asked on any server, each as on the one where it does worst. Pure. */
export function otherModels(reports: readonly InstanceReport[], serverMs: number): Health[] {
  const others = Map.groupBy(
    reports.flatMap((report) => report.other_models),
    ({ label, endpoint }) => JSON.stringify([label, endpoint]),
  );
  return [...others.values()].map((each) => worstOf(each.map((model) => modelHealth(model, serverMs))));
}

/** Of all models that a server asked. Pure. */
export function modelsOf({ model, other_models: others }: InstanceReport, serverMs: number): Health {
  return worstOf([model, ...others].map((each) => modelHealth(each, serverMs)));
}

/** Pure. */
export function embedderHealth({ name: model, state, detail }: InstanceReport['embedder']): Health {
  const name = named(model);
  if (state === 'ready') return { state: 'good', words: name };
  if (state === 'loading') return { state: 'warn', words: t('{name} is loading', { name }) };
  const words =
    detail === ''
      ? t('{name} cannot run, searches are by words alone', { name })
      : t('{name} cannot run, searches are by words alone: {reason}', { name, reason: said(detail) });
  return { state: 'bad', words };
}

const lowShare = 0.15;
const nearlyFullBytes = 512 * 1024 * 1024;

/** Pure. */
export function diskHealth(disk: InstanceReport['disk']): Health {
  if (disk === null) return { state: 'unknown', words: t('With the database: it cannot be seen from here') };
  const { free_bytes: freeBytes, total_bytes: totalBytes } = disk;
  const sizes = { free: byteSize(freeBytes), total: byteSize(totalBytes) };
  if (freeBytes < nearlyFullBytes) return { state: 'bad', words: t('{free} free of {total}: almost full', sizes) };
  return freeBytes < lowShare * totalBytes
    ? { state: 'warn', words: t('{free} free of {total}: less than 15%', sizes) }
    : { state: 'good', words: t('{free} free of {total}', sizes) };
}

/** Pure. */
export function backupHealth(backups: BackupState, serverMs: number): Health {
  const { words, isFine } = backupVerdict(backups, serverMs);
  const { verified, failed } = backups;
  if (verified === null) return { state: failed ? 'bad' : 'warn', words };
  const age = ageWords(serverMs - Date.parse(verified.made_at));
  return {
    state: isFine ? 'good' : 'warn',
    words: t('{verdict} It holds the state of {age} ago.', { verdict: words, age }),
  };
}

/** A report comes every 30 s at least; two that are missing mean something. */
const silentMs = 75_000;

/** Whether a server says what it should. Pure. */
export function serverHealth({ seen_at, report }: InstanceNow, serverMs: number): Health {
  const silence = serverMs - Date.parse(seen_at);
  if (silence > silentMs)
    return {
      state: 'bad',
      words: t('Not heard from for {age}: it hangs, or cannot write', { age: ageWords(silence) }),
    };
  if (report === null) return { state: 'unknown', words: t('Of another version') };
  return report.accepting
    ? { state: 'good', words: t('Works') }
    : { state: 'warn', words: t('Ends: takes nothing new') };
}
