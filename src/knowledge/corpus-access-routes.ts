import { z } from 'zod';
import { route } from '../access/route.ts';
import { uuid } from '../contract/common.ts';
import { corpusAccess, corpusAccessBody, corpusAccessQuery } from '../contract/corpus-access.ts';
import { putCorpusAccess, readCorpusAccess, removeCorpusAccess } from './corpus-access.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';

const corpusParams = z.strictObject({ corpus_id: z.string().min(1).max(100) });
const groupParams = z.strictObject({ ...corpusParams.shape, group_id: uuid });
const tag = 'Knowledge';
const access = { action: 'corpus.curate' } as const;
const refusals = {
  404: { description: 'There is no such corpus or group, or the corpus is not readable' },
  403: { description: 'Readable, but not to be changed by this user' },
};

/** Who may use a corpus, as its curators see and change it. */
export function corpusAccessRoutes(knowledge: KnowledgePorts) {
  return [
    route({
      method: 'get',
      path: '/api/corpora/:corpus_id/access',
      tag,
      summary: 'The groups that may read or curate a corpus, and others that could be given access.',
      access,
      params: corpusParams,
      query: corpusAccessQuery,
      answers: { 200: { description: 'Groups, with how many members they have', schema: corpusAccess }, ...refusals },
      handler: async ({ actor, params, query }) => ({
        status: 200,
        json: await readCorpusAccess(knowledge, actor, params.corpus_id, query.q),
      }),
    }),
    route({
      method: 'put',
      path: '/api/corpora/:corpus_id/access/:group_id',
      tag,
      summary: 'Let a group read or curate a corpus, or change its level; again is no error.',
      access,
      params: groupParams,
      body: corpusAccessBody,
      answers: { 204: { description: 'Granted' }, ...refusals },
      async handler({ actor, params, body }) {
        await putCorpusAccess(knowledge, actor, toPlace(params), body.level);
        return { status: 204 };
      },
    }),
    route({
      method: 'delete',
      path: '/api/corpora/:corpus_id/access/:group_id',
      tag,
      summary: 'Take a corpus away from a group; again is no error.',
      access,
      params: groupParams,
      answers: { 204: { description: 'Not granted' }, ...refusals },
      async handler({ actor, params }) {
        await removeCorpusAccess(knowledge, actor, toPlace(params));
        return { status: 204 };
      },
    }),
  ];
}

const toPlace = (params: z.infer<typeof groupParams>) => ({ corpusId: params.corpus_id, groupId: params.group_id });
