/** Follows links as a browser does, cookies and all, and draws nothing. The public address of a server under test does not know its port:
 *  what leads there is led to the server. */
export class CookieBrowser {
  readonly #home: URL;
  /** By host and port: a browser shares cookies between ports, which would mix those of server and provider here. */
  readonly #jars = new Map<string, Map<string, string>>();

  constructor(home: URL) {
    this.#home = home;
  }

  /** One request. */
  async ask(address: string | URL, init: RequestInit = {}): Promise<{ response: Response; leadsTo: URL | undefined }> {
    const url = this.#real(new URL(address, this.#home));
    const jar = this.jarOf(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string>), ...(cookie !== '' && { cookie }) };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    const location = response.headers.get('location');
    return { response, leadsTo: location === null ? undefined : new URL(location, url) };
  }

  /** Follows redirects until `stop` says so of the next address, or one is no redirect. Gives that address. */
  async follow(address: string | URL, stop: (next: URL) => boolean = () => false): Promise<URL> {
    let next = new URL(address, this.#home);
    for (let hops = 0; hops < 20; hops += 1) {
      if (stop(next)) return next;
      const { leadsTo } = await this.ask(next);
      if (!leadsTo) return next;
      next = leadsTo;
    }
    throw new Error(`Redirected without end, to ${next.pathname}.`);
  }

  jarOf(url: URL = this.#home): Map<string, string> {
    const key = this.#real(url).host;
    const jar = this.#jars.get(key) ?? new Map<string, string>();
    this.#jars.set(key, jar);
    return jar;
  }

  #real(url: URL): URL {
    return url.port === '0' ? new URL(`${url.pathname}${url.search}${url.hash}`, this.#home) : url;
  }
}
