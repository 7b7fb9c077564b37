import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';

/** ClickHouse's answer to an insert. */
export interface Reply {
  readonly status: number;
  readonly body: Buffer;
}

/** An insert that left the sink and has not reached ClickHouse. */
export interface HeldInsert {
  /** '' when the insert has none. */
  readonly token: string;
  /** Sends it to ClickHouse; rejects when ClickHouse dies before it answers. */
  forward(): Promise<Reply>;
  /** Gives the answer to the sink; a dead sink does not get it. */
  answer(reply: Reply): void;
  /** Breaks the sink's connection instead. */
  drop(): void;
}

/** An insert that ClickHouse executed. */
export interface PassedInsert {
  readonly token: string;
  readonly status: number;
}

/** A proxy between a sink and ClickHouse: it forwards everything, and holds the insert that it is told to hold. */
export class InsertGate {
  readonly passed: PassedInsert[] = [];
  readonly #target: URL;
  readonly #server: Server;
  #left = Number.POSITIVE_INFINITY;
  #held = Promise.withResolvers<HeldInsert>();

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((request, response) => {
      this.#pass(request, response).catch(() => response.destroy());
    });
  }

  static async open(target: string): Promise<InsertGate> {
    const gate = new InsertGate(target);
    await new Promise<void>(resolve => gate.#server.listen(0, '127.0.0.1', resolve));
    return gate;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  /** Holds the n-th insert from now on, counted from 0; the others pass. */
  hold(nth: number): Promise<HeldInsert> {
    this.#left = nth;
    this.#held = Promise.withResolvers<HeldInsert>();
    return this.#held.promise;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const asked = new URL(request.url ?? '/', 'http://gate').searchParams;
    const token = asked.get('insert_deduplication_token');
    const forward = async (): Promise<Reply> => {
      const reply = await this.#forward(request, body);
      if (token !== null) this.passed.push({ token, status: reply.status });
      return reply;
    };
    const answer = ({ status, body }: Reply): void => void response.writeHead(status).end(body);
    const isInsert = token !== null || /^INSERT/.test(asked.get('query') ?? body.subarray(0, 6).toString());
    if (isInsert && this.#left-- === 0)
      return this.#held.resolve({ token: token ?? '', forward, answer, drop: () => response.destroy() });
    answer(await forward());
  }

  #forward(from: IncomingMessage, body: Buffer): Promise<Reply> {
    const { hostname, port } = this.#target;
    const { method, url: path, headers } = from;
    const { 'accept-encoding': _, 'transfer-encoding': __, ...rest } = headers;
    return new Promise((resolve, reject) => {
      const onward = httpRequest(
        { hostname, port, method, path, headers: { ...rest, 'content-length': body.length }, agent: false },
        reply => {
          bodyOf(reply).then(answer => resolve({ status: reply.statusCode ?? 500, body: answer }), reject);
        },
      );
      onward.once('error', reject);
      onward.end(body);
    });
  }
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
