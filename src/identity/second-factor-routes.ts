import { route } from '../access/route.ts';
import { loginAnswer } from '../contract/auth.ts';
import {
  beginSecondFactorBody,
  begunSecondFactor,
  confirmedSecondFactor,
  confirmSecondFactorBody,
  proveSecondFactorBody,
  renewedRecoveryCodes,
  secondFactorState,
} from '../contract/second-factor.ts';
import { originOfRequest } from './begin-login.ts';
import type { Identity } from './identity.ts';
import {
  beginSecondFactor,
  confirmSecondFactor,
  getSecondFactor,
  renewRecoveryCodes,
  turnOffSecondFactor,
} from './second-factor.ts';
import { loginCookie } from './session-cookie.ts';

const tag = 'My account';
const access = { action: 'account.second_factor' } as const;
const refusals = {
  403: { description: 'The password or the code does not fit' },
  429: { description: 'Too many attempts; wait for Retry-After seconds' },
};

/** One's own second factor: an authenticator app, and recovery codes for when it is lost. */
export function secondFactorRoutes(identity: Identity, { cookie }: { cookie: string }) {
  return [
    route({
      method: 'get',
      path: '/api/account/second-factor',
      summary: 'Whether my second factor is on',
      tag,
      access,
      answers: { 200: { description: 'Its state', schema: secondFactorState } },
      handler: async ({ actor }) => ({ status: 200, json: await getSecondFactor(identity, actor) }),
    }),
    route({
      method: 'post',
      path: '/api/account/second-factor/begin',
      summary: 'A secret for my authenticator app; it is not on before it is confirmed',
      tag,
      access,
      body: beginSecondFactorBody,
      answers: {
        200: { description: 'The secret, shown only now', schema: begunSecondFactor },
        409: { description: 'It is on already' },
        ...refusals,
      },
      handler: async ({ actor, body, request }) => ({
        status: 200,
        json: await beginSecondFactor(identity, actor, { ...body, ...originOfRequest(request) }),
      }),
    }),
    route({
      method: 'post',
      path: '/api/account/second-factor/confirm',
      summary: 'Turn it on with the first code of the app; every sign-in of mine ends but the one in the answer',
      tag,
      access,
      body: confirmSecondFactorBody,
      answers: {
        200: {
          description: 'The recovery codes, shown only now, and the new token, also set as an HttpOnly cookie',
          schema: confirmedSecondFactor,
        },
        ...refusals,
      },
      async handler({ actor, body, request }) {
        const confirmed = await confirmSecondFactor(identity, actor, { ...body, ...originOfRequest(request) });
        return { status: 200, json: confirmed, headers: loginCookie(cookie, confirmed.login) };
      },
    }),
    route({
      method: 'post',
      path: '/api/account/second-factor/recovery-codes',
      summary: 'Ten new recovery codes; those before are void',
      tag,
      access,
      body: proveSecondFactorBody,
      answers: { 200: { description: 'Shown only now', schema: renewedRecoveryCodes }, ...refusals },
      handler: async ({ actor, body, request }) => ({
        status: 200,
        json: await renewRecoveryCodes(identity, actor, { ...body, ...originOfRequest(request) }),
      }),
    }),
    route({
      method: 'post',
      path: '/api/account/second-factor/turn-off',
      summary: 'Turn it off; every sign-in of mine ends but the one in the answer',
      tag,
      access,
      body: proveSecondFactorBody,
      answers: {
        200: { description: 'It is off: the new token, also set as an HttpOnly cookie', schema: loginAnswer },
        409: { description: 'My role must have one' },
        ...refusals,
      },
      async handler({ actor, body, request }) {
        const login = await turnOffSecondFactor(identity, actor, { ...body, ...originOfRequest(request) });
        return { status: 200, json: login, headers: loginCookie(cookie, login) };
      },
    }),
  ];
}
