import assert from 'node:assert/strict';
import { generateSync } from 'otplib';
import { begunSecondFactor, type ConfirmedSecondFactor, confirmedSecondFactor } from '../src/contract/second-factor.ts';
import { answered, Client } from './client.ts';
import { type Person, signIn } from './given.ts';

/** What an authenticator app shows.
 *  @param steps  of 30 s from now: 1 is the next code, which is good already and newer than any of before */
export function codeOf(secret: string, steps = 0): string {
  return generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + steps * 30 });
}

/** Begun and not on yet: the secret. */
export async function beginSecondFactor(client: Client, password: string): Promise<string> {
  const reply = await client.post('/api/account/second-factor/begin', { password });
  return answered(reply, 200, begunSecondFactor).secret;
}

/** Somebody with an authenticator app, signed in with it; they may use its next code. */
export async function turnOn(
  person: Person,
  password: string,
): Promise<{ secret: string; person: Person } & ConfirmedSecondFactor> {
  const secret = await beginSecondFactor(person.client, password);
  const reply = await person.client.post('/api/account/second-factor/confirm', { code: codeOf(secret) });
  const confirmed = answered(reply, 200, confirmedSecondFactor);
  const client = new Client(person.client.url, confirmed.login.access_token);
  return { secret, ...confirmed, person: { ...person, client } };
}

/** A user with a password, signed in with it. */
export async function withPassword(
  admin: Person,
  username: string,
  password: string,
  role = 'member',
): Promise<Person> {
  const reply = await admin.client.post('/api/admin/users', { username, password, role });
  assert.equal(reply.status, 201, reply.text);
  return signIn(admin.client.url, username, password);
}
