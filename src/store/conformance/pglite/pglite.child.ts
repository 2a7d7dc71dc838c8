import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { shareSession } from './share-session.ts';

/** A PGlite in memory behind a unix socket at the given path; ends when its parent does. */
const [, , path = ''] = process.argv;
const database = await PGlite.create({ extensions: { vector } });
const server = shareSession((messages) => database.execProtocolRaw(messages));
server.listen(path, () => process.send?.('listening'));
process.on('disconnect', () => process.exit(0));
