import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type SitePage = { body: string | Uint8Array; type?: string } | RequestListener;

/** A web site on this machine. What it was not given is not there, its robots.txt neither. */
export class TestSite implements AsyncDisposable {
  readonly host: string;
  /** The setting with which a server reads from it. */
  readonly env: Readonly<Record<string, string>>;
  /** Paths that were asked for, in order. */
  readonly asked: string[] = [];
  readonly #http: Server;
  readonly #pages: Map<string, SitePage>;

  private constructor(http: Server, pages: Map<string, SitePage>) {
    this.host = `127.0.0.1:${(http.address() as AddressInfo).port}`;
    this.env = { PERDURE_FETCH_ALLOW: this.host };
    this.#http = http;
    this.#pages = pages;
    http.on('request', ({ url }) => this.asked.push(url ?? ''));
  }

  static async start(): Promise<TestSite> {
    const pages = new Map<string, SitePage>();
    const http = createServer((request, response) => {
      const page = pages.get(request.url ?? '');
      if (page === undefined) response.writeHead(404).end('Nothing here');
      else if (typeof page === 'function') page(request, response);
      else response.writeHead(200, { 'content-type': page.type ?? 'text/html' }).end(page.body);
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return new TestSite(http, pages);
  }

  /** Gives it a page; gives the page's address. */
  put(path: string, page: SitePage): string {
    this.#pages.set(path, page);
    return `http://${this.host}${path}`;
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
