import { type PasswordRule, signInSettings } from '../../src/contract/sign-in-settings.ts';
import { call, command } from './client.ts';

const path = '/api/admin/sign-in';

export const fetchSignInSettings = (signal: AbortSignal) => call(signInSettings, 'GET', path, { signal });
export const putPasswordRule = (body: PasswordRule) => command('PUT', path, { body });
