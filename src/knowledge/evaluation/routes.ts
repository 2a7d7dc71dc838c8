import { z } from 'zod';
import { route } from '../../access/route.ts';
import { pageQuery } from '../../contract/common.ts';
import {
  type EvaluationProgress,
  evaluationExportQuery,
  evaluationImportBody,
  evaluationImported,
  evaluationQuestion,
  evaluationQuestions,
  evaluationRunDetails,
  evaluationRuns,
  keepQuestionBody,
} from '../../contract/evaluation.ts';
import type { KnowledgePorts } from '../knowledge-ports.ts';
import { measureSearch } from './measure-search.ts';
import { exportQuestions, importQuestions, keepQuestion, listQuestions, removeQuestion } from './questions.ts';
import { getRun, listRuns } from './runs.ts';

const id = z.string().min(1).max(100);
const corpusParams = z.strictObject({ corpus_id: id });
const tag = 'Evaluation';
const access = { action: 'corpus.curate' } as const;
const refusals = {
  403: { description: 'Readable, but not to be changed by this user' },
  404: { description: 'There is none, or it is not readable' },
};
const tooMany = { description: 'More than are kept at most' };

/** How well the search finds what its curators say it should. */
export function evaluationRoutes(knowledge: KnowledgePorts) {
  return [...questionRoutes(knowledge), ...runRoutes(knowledge)];
}

function questionRoutes(knowledge: KnowledgePorts) {
  return [
    route({
      method: 'get',
      path: '/api/corpora/:corpus_id/evaluation/questions',
      tag,
      summary:
        'The questions by which the search in a corpus is measured, oldest first, with the documents that answer them.',
      access,
      params: corpusParams,
      answers: { 200: { description: 'All questions', schema: evaluationQuestions }, ...refusals },
      handler: async ({ actor, params }) => ({
        status: 200,
        json: { questions: await listQuestions(knowledge, actor, params.corpus_id) },
      }),
    }),
    route({
      method: 'post',
      path: '/api/corpora/:corpus_id/evaluation/questions',
      tag,
      summary: 'Keep a question with documents that answer it; one that is kept already gets those it did not have.',
      access,
      params: corpusParams,
      body: keepQuestionBody,
      answers: {
        201: { description: 'The question as it is now', schema: evaluationQuestion },
        400: { description: 'A document is not in this corpus' },
        ...refusals,
        409: tooMany,
      },
      handler: async ({ actor, params, body }) => ({
        status: 201,
        json: await keepQuestion(knowledge, actor, params.corpus_id, body),
      }),
    }),
    route({
      method: 'delete',
      path: '/api/corpora/:corpus_id/evaluation/questions/:question_id',
      tag,
      summary: 'Forget a question; runs that asked it stay as they are.',
      access,
      params: z.strictObject({ corpus_id: id, question_id: id }),
      answers: { 204: { description: 'Forgotten' }, ...refusals },
      async handler({ actor, params }) {
        await removeQuestion(knowledge, actor, params.corpus_id, params.question_id);
        return { status: 204 };
      },
    }),
    route({
      method: 'post',
      path: '/api/corpora/:corpus_id/evaluation/import',
      tag,
      summary: 'Keep the questions of a collection: the lines of its queries.jsonl and qrels.jsonl.',
      access,
      params: corpusParams,
      body: evaluationImportBody,
      answers: { 200: { description: 'What was kept', schema: evaluationImported }, ...refusals, 409: tooMany },
      handler: async ({ actor, params, body }) => ({
        status: 200,
        json: await importQuestions(knowledge, actor, params.corpus_id, body),
      }),
    }),
    route({
      method: 'get',
      path: '/api/corpora/:corpus_id/evaluation/export',
      tag,
      summary: 'The questions as queries.jsonl, or what answers them as qrels.jsonl.',
      access,
      params: corpusParams,
      query: evaluationExportQuery,
      answers: { 200: { description: 'The file', mediaType: 'application/jsonl' }, ...refusals },
      handler: async ({ actor, params, query }) => ({
        status: 200,
        body: await exportQuestions(knowledge, actor, params.corpus_id, query.file),
        headers: {
          'content-type': 'application/jsonl; charset=utf-8',
          'content-disposition': `attachment; filename="${query.file}.jsonl"`,
        },
      }),
    }),
  ];
}

function runRoutes(knowledge: KnowledgePorts) {
  const underWay = new Set<string>();
  return [
    route({
      method: 'post',
      path: '/api/corpora/:corpus_id/evaluation/runs',
      tag,
      summary:
        'Ask every question and measure what is found. A line of JSON tells how far it is, the last one the run; who stops reading ends it.',
      access,
      params: corpusParams,
      unhurried: 'long',
      answers: {
        200: { description: 'Progress, then the run, or why there is none', mediaType: 'application/jsonl' },
        ...refusals,
        409: { description: 'There is no question to ask' },
      },
      async handler({ actor, params, request }) {
        const progress = await measureSearch(knowledge, underWay, actor, params.corpus_id, request.signal);
        return {
          status: 200,
          body: ReadableStream.from(encoded(progress)),
          headers: { 'content-type': 'application/jsonl; charset=utf-8' },
        };
      },
    }),
    route({
      method: 'get',
      path: '/api/corpora/:corpus_id/evaluation/runs',
      tag,
      summary: 'What was measured, newest first.',
      access,
      params: corpusParams,
      query: z.strictObject(pageQuery),
      answers: { 200: { description: 'A page of runs', schema: evaluationRuns }, ...refusals },
      handler: async ({ actor, params, query }) => ({
        status: 200,
        json: await listRuns(knowledge, actor, params.corpus_id, query),
      }),
    }),
    route({
      method: 'get',
      path: '/api/corpora/:corpus_id/evaluation/runs/:run_id',
      tag,
      summary: 'One run, with what was measured of each question.',
      access,
      params: z.strictObject({ corpus_id: id, run_id: id }),
      answers: { 200: { description: 'The run', schema: evaluationRunDetails }, ...refusals },
      handler: async ({ actor, params }) => ({
        status: 200,
        json: await getRun(knowledge, actor, params.corpus_id, params.run_id),
      }),
    }),
  ];
}

async function* encoded(progress: AsyncGenerator<EvaluationProgress>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const line of progress) yield encoder.encode(`${JSON.stringify(line)}\n`);
}
