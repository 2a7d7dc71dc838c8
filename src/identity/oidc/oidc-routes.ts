import { z } from 'zod';
import { route } from '../../access/route.ts';
import { uuid } from '../../contract/common.ts';
import {
  linkOidcBody,
  oidcCallbackQuery,
  oidcLink,
  oidcLocation,
  oidcStartQuery,
  signInMethods,
} from '../../contract/oidc.ts';
import { AppError } from '../../errors.ts';
import { cookieOf } from '../../http/guard.ts';
import { publicRoute } from '../../http/route.ts';
import { originOfRequest } from '../begin-login.ts';
import type { Identity } from '../identity.ts';
import { sessionCookie } from '../session-cookie.ts';
import { clearedFlowCookie, flowCookie, flowCookieName } from './flow.ts';
import { beginLink, beginSignIn, finish, getLink, type Oidc, unlink, unlinkOwn } from './oidc.ts';

const tag = 'Signing in';
const userParams = z.strictObject({ id: uuid });

/** Signing in with an OpenID Connect provider; `oidc` is undefined where none is set. */
export function oidcRoutes(
  identity: Identity,
  oidc: Oidc | undefined,
  { cookie, mailsNewPassword }: { cookie: string; mailsNewPassword: boolean },
) {
  return [
    publicRoute({
      method: 'get',
      path: '/api/auth/methods',
      summary: 'How one may sign in beside a password, and whether a forgotten one is helped by mail',
      tag,
      access: 'public',
      answers: { 200: { description: 'The ways', schema: signInMethods } },
      async handler() {
        const isLimited = await identity.store.read.passwordsAreLimited({});
        const json = {
          oidc: oidc ? { name: oidc.settings.name } : null,
          passwords_for: isLimited ? ('administrators' as const) : ('everybody' as const),
          mails_new_password: mailsNewPassword,
        };
        return { status: 200, json };
      },
    }),
    publicRoute({
      method: 'get',
      path: '/api/auth/oidc/start',
      summary: 'Sign in with the provider: sends a browser there',
      tag,
      access: 'public',
      query: oidcStartQuery,
      answers: {
        302: { description: 'To the provider, or to the sign-in page with the reason why not' },
        404: { description: 'No provider is set' },
      },
      async handler({ query: { next } }) {
        if (!oidc) throw new AppError('not_found');
        const { location, flow } = await beginSignIn(oidc, next);
        return { status: 302, headers: { location }, cookies: flow ? [flowCookie(oidc, cookie, flow)] : [] };
      },
    }),
    publicRoute({
      method: 'get',
      path: '/api/auth/oidc/callback',
      summary: 'Where the provider sends a browser back to',
      tag,
      access: 'public',
      query: oidcCallbackQuery,
      answers: {
        302: { description: 'Signed in or linked, to the page wanted; or to a page that says why not' },
        404: { description: 'No provider is set' },
      },
      async handler({ query, request }) {
        if (!oidc) throw new AppError('not_found');
        const { location, token } = await finish(oidc, {
          query,
          flowCookie: cookieOf(request.headers, flowCookieName(cookie)),
          token: cookieOf(request.headers, cookie),
          ...originOfRequest(request),
        });
        const cookies = [clearedFlowCookie(cookie), ...(token === undefined ? [] : [sessionCookie(cookie, token)])];
        return { status: 302, headers: { location }, cookies };
      },
    }),
    route({
      method: 'get',
      path: '/api/account/oidc',
      summary: 'Whether my account is linked to the provider',
      tag: 'My account',
      access: { action: 'account.link_oidc' },
      answers: { 200: { description: 'Since when; null while it is not', schema: oidcLink } },
      handler: async ({ actor }) => ({ status: 200, json: await getLink(identity, oidc?.settings, actor.userId) }),
    }),
    route({
      method: 'post',
      path: '/api/account/oidc/link',
      summary: 'Link my account to whom I am at the provider: gives where to send this browser',
      tag: 'My account',
      access: { action: 'account.link_oidc' },
      body: linkOidcBody,
      answers: {
        200: { description: 'The address at the provider', schema: oidcLocation },
        403: { description: 'The password is wrong' },
        404: { description: 'No provider is set' },
        409: { description: 'The account is linked already' },
        429: { description: 'Too many attempts; wait for Retry-After seconds' },
      },
      async handler({ actor, body: { password }, request }) {
        if (!oidc) throw new AppError('not_found');
        const proof = { password, ...originOfRequest(request) };
        const { location, flow } = await beginLink(oidc, identity, actor, proof);
        return { status: 200, json: { location }, cookies: [flowCookie(oidc, cookie, flow)] };
      },
    }),
    route({
      method: 'post',
      path: '/api/account/oidc/unlink',
      summary: 'Unlink my account from whom I am at the provider; nothing else ends',
      tag: 'My account',
      access: { action: 'account.link_oidc' },
      body: linkOidcBody,
      answers: {
        204: { description: 'Not linked any more' },
        403: { description: 'The password is wrong' },
        409: { description: 'The account has no password: the provider is the only way in' },
        429: { description: 'Too many attempts; wait for Retry-After seconds' },
      },
      async handler({ actor, body: { password }, request }) {
        await unlinkOwn(identity, actor, { password, ...originOfRequest(request) });
        return { status: 204 };
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/users/:id/oidc',
      summary: 'Whether a user is linked to the provider',
      tag: 'Administration',
      access: { action: 'admin.users.read' },
      params: userParams,
      answers: {
        200: { description: 'Since when; null while they are not', schema: oidcLink },
        404: { description: 'There is no such user' },
      },
      async handler({ params }) {
        if (!(await identity.store.read.userById({ userId: params.id }))) throw new AppError('not_found');
        return { status: 200, json: await getLink(identity, oidc?.settings, params.id) };
      },
    }),
    route({
      method: 'delete',
      path: '/api/admin/users/:id/oidc',
      summary: 'Unlink a user from the provider; their sign-ins end',
      tag: 'Administration',
      access: { action: 'admin.users.write' },
      params: userParams,
      answers: { 204: { description: 'Unlinked' }, 404: { description: 'There is no such user' } },
      async handler({ actor, params }) {
        await unlink(identity, actor, params.id);
        return { status: 204 };
      },
    }),
  ];
}
