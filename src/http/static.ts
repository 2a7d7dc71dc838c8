import { createReadStream, readFileSync, statSync } from 'node:fs';
import { extname, join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import type { Hono } from 'hono';
import { type Env, securityHeaders } from './mount.ts';

const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Serves the built web app: files by their name, its page for every address a person may have open. Hashed assets never change.
 *  @param dressPage  makes of the page as it was built the one that is sent; not of the one for diagrams */
export function serveWebApp(app: Hono<Env>, folder: string, dressPage: (html: string) => Promise<string>): void {
  app.get('*', async (context) => {
    const { path } = context.req;
    const file = fileFor(folder, path === diagramsPage ? `${path}index.html` : path);
    if (file && file !== join(folder, 'index.html')) {
      const response = respond(
        file,
        /^\/(?:diagrams\/)?assets\//.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
        context.req.header('accept-encoding'),
      );
      if (path.startsWith(diagramsPage))
        for (const [name, value] of Object.entries(diagramHeaders)) response.headers.set(name, value);
      return response;
    }
    if (!file && extname(path) !== '') return new Response('Not found', { status: 404, headers: securityHeaders });
    const page = respond(join(folder, 'index.html'), 'no-cache');
    return page.ok ? new Response(await dressPage(await page.text()), page) : page;
  });
}

/** The page that a hidden frame draws diagrams in. It has no origin, wherever it is opened, reaches nothing but scripts of this folder, and for those it is a
 *  foreign page: they are given to every page that asks. */
const diagramsPage = '/diagrams/';
const diagramHeaders: Record<string, string> = {
  'content-security-policy':
    "sandbox allow-scripts; default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  'cross-origin-resource-policy': 'cross-origin',
  'access-control-allow-origin': '*',
};

/** Serves the API's reference from the bundled Swagger UI; its style sheet draws icons from data. */
export function serveApiDocs(app: Hono<Env>, folder: string): void {
  const csp = `${securityHeaders['content-security-policy']}`
    .replace("img-src 'self' blob:", "img-src 'self' data:")
    .replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");
  const page = (body: string, type: string) =>
    new Response(body, { headers: { ...securityHeaders, 'content-security-policy': csp, 'content-type': type } });
  app.get('/api/docs', () => page(docsPage, 'text/html; charset=utf-8'));
  app.get('/api/docs/start.js', () => page(docsScript, 'text/javascript; charset=utf-8'));
  for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js']) {
    app.get(`/api/docs/${name}`, () => respond(join(folder, name), 'public, max-age=86400'));
  }
}

const docsPage = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Perdure API</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><div id="reference"></div><script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body></html>`;
const docsScript = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#reference', validatorUrl: null });`;

function fileFor(folder: string, path: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  const file = normalize(join(folder, decoded));
  if (!file.startsWith(folder + sep) || decoded.includes('\0')) return undefined;
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}

/** What files may be packed as, the best first: the name of the encoding, and what ends the name of the packed file. */
const packings = [
  { encoding: 'br', ending: 'br' },
  { encoding: 'gzip', ending: 'gz' },
];

/** @param acceptEncoding  of the request: a file that was built packed too is sent so to whoever takes it */
function respond(file: string, cacheControl: string, acceptEncoding = ''): Response {
  const packed = packings.filter(({ ending }) => statSync(`${file}.${ending}`, { throwIfNoEntry: false })?.isFile());
  const headers: Record<string, string> = {
    ...securityHeaders,
    'content-type': mediaTypes[extname(file)] ?? 'application/octet-stream',
    'cache-control': cacheControl,
    ...(packed.length > 0 && { vary: 'accept-encoding' }),
  };
  if (extname(file) === '.html') {
    try {
      return new Response(readFileSync(file), { headers });
    } catch {
      return new Response('The web app is not built. Run npm start.', { status: 503, headers: securityHeaders });
    }
  }
  const sent = packed.find(({ encoding }) => takes(acceptEncoding, encoding));
  if (sent) headers['content-encoding'] = sent.encoding;
  const stored = sent ? `${file}.${sent.ending}` : file;
  return new Response(Readable.toWeb(createReadStream(stored)) as ReadableStream, { headers });
}

/** Whether an encoding is named, and not with a weight of nothing (RFC 9110, 12.5.3). */
const takes = (acceptEncoding: string, encoding: string): boolean =>
  acceptEncoding.split(',').some((each) => {
    const [name = '', ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
    return name === encoding && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
