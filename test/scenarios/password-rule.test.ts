import { describe, expect, test } from 'vitest';
import { signInMethods } from '../../src/contract/oidc.ts';
import { newInvitation, newReset } from '../../src/contract/links.ts';
import { signInSettings } from '../../src/contract/sign-in-settings.ts';
import { answered, refused } from '../client.ts';
import { GivenServer, signIn } from '../given.ts';
import { newKey } from '../keys.ts';
import { tokenIn } from '../links.ts';
import { turnOn, withPassword } from '../second-factor.ts';
import { sharedServer } from '../shared-server.ts';

/** A provider that is not there: nobody is sent to it here. */
const oidc = {
  PERDURE_OIDC_ISSUER: 'http://127.0.0.1:1',
  PERDURE_OIDC_CLIENT_ID: 'perdure',
  PERDURE_OIDC_CLIENT_SECRET: 'only in tests, a client secret',
  PERDURE_OIDC_NAME: 'Example ID',
};
const password = 'correct horse battery staple';
const another = 'another horse battery staple';
const path = '/api/admin/sign-in';
const limit = async (server: GivenServer, passwords_for = 'administrators') =>
  expect((await server.admin.client.put(path, { passwords_for })).status).toBe(204);

describe('while passwords are for administrators', () => {
  const server = sharedServer({ env: oidc });

  test('every door that a password opens is shut for others, and open for administrators', async () => {
    const { admin, anonymous } = server();
    const member = await withPassword(admin, 'rule-member', password);
    const withApp = await withPassword(admin, 'rule-app', password);
    await turnOn(withApp, password);
    const key = await newKey(member, ['sessions:read']);
    const reset = answered(await admin.client.post(`/api/admin/users/${member.user.id}/reset`), 201, newReset);
    const invitation = answered(
      await admin.client.post('/api/admin/invitations', { role: 'member' }),
      201,
      newInvitation,
    );

    await limit(server());
    const login = (username: string, typed = password) =>
      anonymous.post('/api/auth/login', { username, password: typed });
    refused(await login('rule-member'), 403, 'passwords_off');
    refused(await login('rule-app'), 403, 'passwords_off');
    refused(await login('rule-member', 'not the password at all'), 401, 'wrong_credentials');
    refused(await login('nobody-at-all'), 401, 'wrong_credentials');
    const use = { token: tokenIn(reset.link), password: another };
    refused(await anonymous.post('/api/auth/resets/use', use), 403, 'passwords_off');
    const accept = { token: tokenIn(invitation.link), username: 'rule-invited', password: another };
    refused(await anonymous.post('/api/auth/invitations/accept', accept), 403, 'passwords_off');
    refused(await admin.client.post('/api/admin/invitations', { role: 'curator' }), 409, 'conflict');
    refused(await admin.client.post(`/api/admin/users/${member.user.id}/reset`), 409, 'conflict');

    expect((await member.client.get('/api/auth/me')).status, 'who is signed in stays so').toBe(200);
    const byKey = await anonymous.get('/api/sessions', { headers: { authorization: `Bearer ${key.key}` } });
    expect(byKey.status, 'a key is no password').toBe(200);
    await signIn(server().url, 'admin', server().adminPassword);
    expect((await admin.client.post('/api/admin/invitations', { role: 'administrator' })).status).toBe(201);

    const methods = answered(await anonymous.get('/api/auth/methods'), 200, signInMethods);
    expect(methods).toMatchObject({ passwords_for: 'administrators', oidc: { name: 'Example ID' } });
    const settings = answered(await admin.client.get(path), 200, signInSettings);
    expect(settings).toMatchObject({
      passwords_for: 'administrators',
      oidc: { name: 'Example ID', people_without: 2 },
    });
    expect(JSON.stringify(settings)).not.toContain('client secret');

    await limit(server(), 'everybody');
    await signIn(server().url, 'rule-member', password);
  });

  test('an administrator who becomes a member signs in with a password no more', async () => {
    const { admin, anonymous } = server();
    const person = await withPassword(admin, 'rule-demoted', password);
    const change = (role: string) => admin.client.patch(`/api/admin/users/${person.user.id}`, { role });
    expect((await change('administrator')).status).toBe(200);
    await limit(server());
    await signIn(server().url, 'rule-demoted', password);
    expect((await change('member')).status).toBe(200);
    refused(await anonymous.post('/api/auth/login', { username: 'rule-demoted', password }), 403, 'passwords_off');
    await limit(server(), 'everybody');
  });
});

test('without a single sign-on passwords cannot be limited, and a limit ends with the one there was', async () => {
  await using server = await GivenServer.start();
  refused(await server.admin.client.put(path, { passwords_for: 'administrators' }), 409, 'conflict');
  await withPassword(server.admin, 'rule-member', password);
  await server.killAndStartAgain(oidc);
  await limit(server);
  await server.killAndStartAgain();
  await signIn(server.url, 'rule-member', password);
  const records = (await server.admin.client.get('/api/admin/audit?action=setting.changed')).text;
  expect(records).toContain('sign_in.passwords_for_administrators_only');
  await server.killAndStartAgain(oidc);
  expect(answered(await server.admin.client.get(path), 200, signInSettings).passwords_for).toBe('everybody');
});
