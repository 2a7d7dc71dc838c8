/** A process that holds a store's searchable passages and the embedder and has answered one question; tells its resident memory in MiB.
 *  Arguments: the database, the folder of the model, a corpus. */
import { systemClock as clock } from '../../src/clock.ts';
import { openMiniLmEmbedder } from '../../src/models/minilm/open-minilm-embedder.ts';
import { questionTerms } from '../../src/retrieval/terms.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { readUsage } from './process-usage.ts';

const [path = '', modelsDir = '', corpusId = ''] = process.argv.slice(2);
const store = await openSqliteStore({ path, clock });
const embedder = await openMiniLmEmbedder({ modelsDir });
const question = 'How does the boundary layer of a wing behave?';
const [values] = await embedder.embed([question], { signal: new AbortController().signal, priority: 'query' });
if (!values) throw new Error('no vector');
const terms = questionTerms(question);
const vector = { embedder: embedder.id, values };
const { lexical, dense } = await store.scan.searchPassages({ corpusIds: [corpusId], terms, vector, limit: 10 });
if (lexical.length === 0 || dense.length === 0) throw new Error('nothing was found');
process.stdout.write(`${readUsage(process.pid).residentKib / 1024}\n`);
process.exit();
