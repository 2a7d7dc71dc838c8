import { escapeLiteral } from 'pg';

/** What the store's locks and its bell are called, apart for each schema of a database. */
export type Names = {
  /** SQL of the key under which commands are run one transaction at a time. */
  writeLock: string;
  /** SQL of the key under which one instance makes indexes of vectors. */
  vectors: string;
  /** SQL of the key that an instance holds while it lives, from the SQL of its id. */
  presence(instanceId: string): string;
  /** The channel of the bell. */
  channel: string;
};

/** @param schema  the one the connection creates tables in */
export function namesIn(schema: string): Names {
  const literal = escapeLiteral(schema);
  return {
    writeLock: `hashtextextended('perdure write ' || ${literal}, 0)`,
    vectors: `hashtextextended('perdure vectors ' || ${literal}, 0)`,
    presence: (instanceId) => `hashtextextended('perdure instance ' || ${literal} || ' ' || ${instanceId}, 0)`,
    channel: shortened(`perdure ${schema}`),
  };
}

/** PostgreSQL's limit of a name, in bytes. */
const maxNameBytes = 63;

function shortened(name: string): string {
  return name.slice(0, new TextEncoder().encodeInto(name, new Uint8Array(maxNameBytes)).read);
}
