import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queryDatabase, type Row } from '../../database.ts';
import { newCorpus, upload } from '../../documents.ts';
import { GivenServer } from '../../given.ts';
import { waitFor } from '../../wait-for.ts';
import { type Attack, newTally, type Tally } from '../attack.ts';
import { History } from '../history.ts';
import { judge } from '../judge.ts';
import { createRandom, type Random } from '../random.ts';

/** A folder of files is dropped on a corpus, and the server is killed when two fifths of them are ready. After the restart the others are read
 *  and embedded, and none of those that were: counted by what the embedder was asked. A round is a file. */
export const ingest: Attack = {
  name: 'ingest',
  id: 'P4',
  title: 'kill -9 in the middle of a folder of files; each passage is embedded once, a batch at most twice',
  rounds: { fast: 20, whole: 500 },
  async run({ rounds, seed, say }) {
    const tally = newTally();
    const folder = await mkdtemp(join(tmpdir(), 'perdure-ingest-'));
    const embedded = join(folder, 'embedded');
    await writeFile(embedded, '');
    const program = new URL('../embed-counting-server.child.ts', import.meta.url);
    const env = { EMBEDDER_MODELS: join(folder, 'models'), EMBEDDED_TEXTS: embedded };
    const server = await GivenServer.start({ program, env });
    try {
      await dropAndKill(server, { files: rounds, random: createRandom(seed), tally, say });
      await compare(server, embedded, tally);
      const { breaches, lost, doubled } = await judge(server.dataDir, new History());
      tally.breaches.push(...breaches);
      tally.lost += lost;
      tally.doubled += doubled;
    } finally {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    }
    return tally;
  },
};

/** Passages of one command, of which each is embedded again when the server is killed before their vectors are stored. */
const batch = 32;
const readMs = 600_000;

async function dropAndKill(
  server: GivenServer,
  { files, random, tally, say }: { files: number; random: Random; tally: Tally; say(line: string): void },
): Promise<void> {
  const corpus = await newCorpus(server.admin, 'Folder');
  const ask = (sql: string) => queryDatabase(server.databasePath, sql);
  const ready = () => Number(ask(`select count(*) as n from documents where state = 'ready'`)[0]?.n);
  for (let file = 0; file < files; file++) {
    const { name, body } = fileOf(file, random);
    await upload(server.admin, corpus.id, name, body);
    tally.acknowledged += 1;
    tally.rounds += 1;
  }
  const killAt = Math.floor(files * 0.4);
  await waitFor(`${killAt} files ready`, () => ready() >= killAt, readMs);
  await server.killAndStartAgain();
  tally.faults += 1;
  say(`killed at ${ready()} of ${files} files`);
  await waitFor('the rest read', () => unfinished(ask).length === 0, readMs);
  const stored = ask('select state, error_code from documents');
  const failed = stored.filter(({ state }) => state !== 'ready');
  tally.lost += files - stored.length;
  for (const { state, error_code } of failed) tally.breaches.push(`a document ended as ${state}: ${error_code}`);
}

const unfinished = (ask: (sql: string) => Row[]) =>
  ask(`select 1 from documents where state not in ('ready', 'failed') limit 1`);

/** Every passage was embedded, and no more than a batch of them twice. */
async function compare(server: GivenServer, embedded: string, tally: Tally): Promise<void> {
  const passages = queryDatabase(
    server.databasePath,
    `select p.text, count(v.rowid) as vectors from passages p left join passage_vectors v on v.rowid = p.rowid group by p.rowid`,
  );
  const times = new Map<string, number>();
  for (const line of (await readFile(embedded, 'utf8')).split('\n').filter((each) => each !== '')) {
    const text = String(JSON.parse(line));
    times.set(text, (times.get(text) ?? 0) + 1);
  }
  const again = times.values().reduce((sum, count) => sum + count - 1, 0);
  for (const { text, vectors } of passages) {
    if (vectors !== 1) tally.breaches.push(`a passage has ${vectors} vectors: ${text}`);
    if (!times.keys().some((asked) => asked.endsWith(String(text)))) tally.breaches.push(`never embedded: ${text}`);
  }
  if (times.size !== passages.length) {
    tally.breaches.push(`${passages.length} passages are stored, ${times.size} were embedded`);
  }
  tally.measures.push(
    { what: 'passages', value: passages.length, unit: '' },
    { what: 'passages embedded twice', value: again, unit: '', atMost: batch },
  );
}

/** Every passage says something no other says. Some files have one passage, some fifty. */
function fileOf(file: number, random: Random): { name: string; body: string } {
  const parts = random.oneOf([1, 1, 1, 2, 5, 50]);
  const part = (index: number) => `Lamp ${index} of the pier ${file} turns every ${random.between(100, 999)} seconds.`;
  const texts = Array.from({ length: parts }, (_each, index) => part(index));
  switch (random.oneOf(['md', 'txt', 'html'])) {
    case 'md':
      return {
        name: `pier-${file}.md`,
        body: texts.map((text, i) => `# Lamp ${i} of ${file}\n\n${text}`).join('\n\n'),
      };
    case 'html': {
      const sections = texts.map((text, i) => `<h1>Lamp ${i} of ${file}</h1><p>${text}</p>`);
      return { name: `pier-${file}.html`, body: `<!doctype html><html><body>${sections.join('')}</body></html>` };
    }
    default:
      return { name: `pier-${file}.txt`, body: texts.join('\n\n') };
  }
}
