import { route } from '../access/route.ts';
import { passwordRuleBody, signInSettings } from '../contract/sign-in-settings.ts';
import { putPasswordRule, readSignInSettings, type SignInPorts } from './sign-in-settings.ts';

const tag = 'Administration';
const path = '/api/admin/sign-in';

/** How people sign in, and whether all of them may with a password. */
export function adminSignInRoutes(ports: SignInPorts) {
  return [
    route({
      method: 'get',
      path,
      summary: 'How people sign in, without any secret',
      tag,
      access: { action: 'admin.users.read' },
      answers: { 200: { description: 'The ways', schema: signInSettings } },
      handler: async () => ({ status: 200, json: await readSignInSettings(ports) }),
    }),
    route({
      method: 'put',
      path,
      summary: 'Say who signs in with a password: everybody, or administrators alone while there is a single sign-on',
      tag,
      access: { action: 'admin.users.write' },
      body: passwordRuleBody,
      answers: { 204: { description: 'Said' }, 409: { description: 'There is no single sign-on' } },
      async handler({ actor, body }) {
        await putPasswordRule(ports, actor, body);
        return { status: 204 };
      },
    }),
  ];
}
