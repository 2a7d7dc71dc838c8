import assert from 'node:assert/strict';
import { corpusAccess } from '../../../src/contract/corpus-access.ts';
import { answered } from '../../client.ts';
import { newCorpus } from '../../documents.ts';
import type { Person } from '../../given.ts';
import { newGroup } from '../../groups.ts';
import { expectStatus, finds, type ServerWay, type World } from './way.ts';

const granted = "select 1 from grants where object_kind = 'corpus' and object_id = ? and group_id = ?";

/** A corpus of a curator, and a group that has nothing to do with it yet. */
async function given(world: World) {
  const curator = await world.server.person('curator');
  const corpus = await newCorpus(curator, `Shared ${world.number()}`);
  const group = await newGroup(world.server.admin);
  return { curator, ids: [corpus.id, group.id] as const, path: `/api/corpora/${corpus.id}/access/${group.id}` };
}

async function levelOf(curator: Person, [corpusId, groupId]: readonly [string, string]): Promise<string | undefined> {
  const access = answered(await curator.client.get(`/api/corpora/${corpusId}/access`), 200, corpusAccess);
  return access.groups.find((group) => group.group_id === groupId)?.level;
}

export const putCorpusAccess: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { curator, ids, path } = await given(world);
    return {
      async act() {
        expectStatus(await curator.client.put(path, { level: 'curate' }), 204);
      },
      isStored: (ask) => finds(ask, granted, ...ids),
      async check() {
        assert.equal(await levelOf(curator, ids), 'curate');
      },
    };
  },
};

export const removeCorpusAccess: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { curator, ids, path } = await given(world);
    expectStatus(await curator.client.put(path, { level: 'read' }), 204);
    return {
      async act() {
        expectStatus(await curator.client.delete(path), 204);
      },
      isStored: (ask) => !finds(ask, granted, ...ids),
      async check() {
        assert.equal(await levelOf(curator, ids), undefined);
      },
    };
  },
};
