import { loginAnswer, me } from '../../src/contract/auth.ts';
import { call, command } from './client.ts';

export const fetchMe = (signal?: AbortSignal) => call(me, 'GET', '/api/auth/me', signal ? { signal } : {});

/** The token in the answer is for other programs; the browser lives by the cookie, which scripts cannot read. */
export async function signIn(username: string, password: string) {
  const answer = await call(loginAnswer, 'POST', '/api/auth/login', { body: { username, password } });
  return answer.user;
}

export const signOut = () => command('POST', '/api/auth/logout');
