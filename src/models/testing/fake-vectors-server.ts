import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { z } from 'zod';

const embeddingsBody = z.object({ model: z.string(), input: z.array(z.string()), dimensions: z.number().optional() });
const rerankBody = z.object({
  model: z.string().optional(),
  query: z.string(),
  documents: z.array(z.string()).optional(),
  texts: z.array(z.string()).optional(),
});
type Asked = { path: string; headers: IncomingHttpHeaders; model: string | undefined; texts: string[] };
type Reply = { status?: number; headers?: Record<string, string>; json?: unknown; text?: string };

/** An endpoint on loopback with `/v1/embeddings` and `/v1/rerank`. Texts that share words are near each other, in another way for each
 *  model; a document is ranked by how often it says `wanted`. */
export class FakeVectorsServer implements AsyncDisposable {
  readonly asked: Asked[] = [];
  /** Answers instead when it gives something. */
  instead: (asked: Asked) => Reply | undefined | Promise<Reply | undefined> = () => undefined;
  wanted = 'wanted';
  dimensions = 64;
  readonly #server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      void this.#answer(request.url ?? '', request.headers, body).then((reply) => send(response, reply));
    });
  });

  static async start(port = 0): Promise<FakeVectorsServer> {
    const fake = new FakeVectorsServer();
    await new Promise<void>((resolve) => fake.#server.listen(port, '127.0.0.1', resolve));
    return fake;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  /** Texts that were embedded, of all requests. */
  get embedded(): string[] {
    return this.asked.flatMap(({ path, texts }) => (path.endsWith('/embeddings') ? texts : []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(path: string, headers: IncomingHttpHeaders, body: string): Promise<Reply> {
    const json: unknown = JSON.parse(body);
    if (path.endsWith('/embeddings')) {
      const { model, input, dimensions = this.dimensions } = embeddingsBody.parse(json);
      const asked = { path, headers, model, texts: input };
      this.asked.push(asked);
      const data = input.map((text, index) => ({ index, embedding: vectorOf(model, text, dimensions) }));
      return (await this.instead(asked)) ?? { json: { object: 'list', model, data } };
    }
    const { model, query, documents, texts } = rerankBody.parse(json);
    const asked = { path, headers, model, texts: [query, ...(documents ?? texts ?? [])] };
    this.asked.push(asked);
    const results = asked.texts.slice(1).map((text, index) => ({
      index,
      relevance_score: 1 - 1 / (1 + text.toLowerCase().split(this.wanted).length),
    }));
    return (await this.instead(asked)) ?? { json: { results: results.toReversed() } };
  }
}

function send(
  response: ServerResponse,
  { status = 200, headers = {}, json, text = JSON.stringify(json) }: Reply,
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(text ?? '');
}

/** Words into buckets, which ones depends on the model. */
function vectorOf(model: string, text: string, dimensions: number): number[] {
  const vector = Array.from({ length: dimensions }, () => 0);
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? [model]) {
    let hash = 7;
    for (const char of `${model} ${word}`) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 65_521;
    vector[hash % dimensions] = (vector[hash % dimensions] ?? 0) + 3;
  }
  return vector;
}
