import { z } from 'zod';
import { route } from '../access/route.ts';
import { uuid } from '../contract/common.ts';
import {
  eraseAccountBody,
  eraseUserBody,
  erasureScope,
  importAnswer,
  ownErasureScope,
} from '../contract/personal-data.ts';
import { originOfRequest } from '../identity/begin-login.ts';
import { confirmOwner, proofOfOwner } from '../identity/confirm-owner.ts';
import type { Identity } from '../identity/identity.ts';
import { type ErasePorts, erasePerson, erasureScopeOf } from './erase-account.ts';
import { type ExportPorts, exportAccount } from './export-account.ts';
import { importAccount } from './import-account.ts';
import type { ImportPorts } from './receive-import.ts';

const userParams = z.strictObject({ id: uuid });
const mustStay = {
  description: 'This is the last active administrator; or a legal hold is on something that would go',
};
const notFound = { description: 'No such user' };

/** What people do with what is theirs: take it with them, and have it erased.
 *  @param underWay  who has an import of any kind under way */
export function personalDataRoutes(ports: Identity & ErasePorts & ExportPorts & ImportPorts, underWay: Set<string>) {
  const bringBack = importAccount(ports, underWay);
  return [
    route({
      method: 'get',
      path: '/api/account/export',
      summary: 'Everything that is stored of you, as a ZIP archive',
      tag: 'My account',
      access: { action: 'account.export' },
      unhurried: 'long',
      answers: {
        200: { description: 'The archive; README.txt in it says what is what', mediaType: 'application/zip' },
      },
      async handler({ actor }) {
        const day = ports.clock.now().slice(0, 10);
        return {
          status: 200,
          body: ReadableStream.from(await exportAccount(ports, actor)),
          headers: {
            'content-type': 'application/zip',
            'content-disposition': `attachment; filename="perdure-${day}.zip"`,
            'cache-control': 'private, no-store',
          },
        };
      },
    }),
    route({
      method: 'post',
      path: '/api/account/import',
      summary:
        'Make the sessions of an export again, as yours: the ZIP archive is the body. What is here already stays as it is',
      tag: 'My account',
      access: { action: 'account.import' },
      rawBody: true,
      unhurried: 'long',
      answers: {
        200: { description: 'What was brought back, and what was not and why', schema: importAnswer },
        400: { description: 'Not an export that this version reads; nothing was stored' },
        413: { description: 'Larger than the server accepts' },
        429: { description: 'An import of yours is under way' },
      },
      async handler({ actor, request: { body, signal } }) {
        const answer = await bringBack(actor, { body, signal, origin: actor.apiKey ? 'api' : 'web' });
        return { status: 200, json: answer };
      },
    }),
    route({
      method: 'get',
      path: '/api/account/erasure',
      summary: 'What erasing your account would take',
      tag: 'My account',
      access: { action: 'account.erase' },
      answers: { 200: { description: 'How much, and what shows that it is you', schema: ownErasureScope } },
      handler: async ({ actor }) => ({
        status: 200,
        json: { ...(await erasureScopeOf(ports, actor.userId)), proof: await proofOfOwner(ports, actor) },
      }),
    }),
    route({
      method: 'post',
      path: '/api/account/erase',
      summary: 'Erase your account and everything in your sessions. It cannot be undone',
      tag: 'My account',
      access: { action: 'account.erase' },
      body: eraseAccountBody,
      answers: {
        202: { description: 'You are signed out; what you wrote is being erased' },
        403: { description: 'That is not your password; or there is none, and you signed in longer ago' },
        409: mustStay,
        429: { description: 'Too many wrong passwords; wait for Retry-After seconds' },
      },
      async handler({ actor, body, request }) {
        const { password } = body;
        await confirmOwner(ports, actor, { ...(password !== undefined && { password }), ...originOfRequest(request) });
        await erasePerson(ports, actor, actor.userId, body.corpora);
        return { status: 202 };
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/users/:id/erasure',
      summary: 'What erasing a user would take',
      tag: 'Administration',
      access: { action: 'admin.users.erase' },
      params: userParams,
      answers: { 200: { description: 'How much', schema: erasureScope }, 404: notFound },
      handler: async ({ params }) => ({ status: 200, json: await erasureScopeOf(ports, params.id) }),
    }),
    route({
      method: 'post',
      path: '/api/admin/users/:id/erase',
      summary: 'Erase a user and everything in their sessions. It cannot be undone',
      tag: 'Administration',
      access: { action: 'admin.users.erase' },
      params: userParams,
      body: eraseUserBody,
      answers: {
        202: { description: 'The user is gone; what they wrote is being erased' },
        404: notFound,
        409: mustStay,
      },
      async handler({ actor, params, body }) {
        await erasePerson(ports, actor, params.id, body.corpora);
        return { status: 202 };
      },
    }),
  ];
}
