import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Actor } from './access/actor.ts';
import type { Action } from './access/authorize.ts';
import { type HttpPorts, mount, securityHeaders } from './http/mount.ts';
import { describeApi } from './http/openapi.ts';
import type { Route } from './http/route.ts';
import { serveApiDocs, serveWebApp } from './http/static.ts';

export type AppPorts = {
  http: HttpPorts<Actor, Action>;
  routes: readonly Route<Actor, Action>[];
  version: string;
  /** Puts the installation's name and colours into the app's page. */
  dressPage(html: string): Promise<string>;
};

/** Everything that answers on the one port: the features' routes, their description, and the web app. */
export function createApp({ http, routes, version, dressPage }: AppPorts) {
  const described = JSON.stringify(describeApi(routes, version));
  const app = mount(routes, http, (server) => {
    server.get('/api/openapi.json', (context) =>
      context.body(described, 200, {
        ...securityHeaders,
        'content-type': 'application/json',
        'cache-control': 'no-cache',
      }),
    );
    serveApiDocs(server, folderOf('swagger-ui-dist'));
  });
  serveWebApp(app, fileURLToPath(new URL('../web/dist', import.meta.url)), dressPage);
  return app;
}

function folderOf(packageName: string): string {
  return join(fileURLToPath(import.meta.resolve(`${packageName}/package.json`)), '..');
}
