/** HTTP over a unix socket, as Docker and Podman speak it: JSON documents, and a stream of lines. */

import { Agent, type IncomingMessage, request } from 'node:http';

/** Largest document: descriptions of single containers; lists have some KiB for each. */
const BODY_BYTES_MAX = 8 << 20;
/** Longest event: it repeats all labels of its container. */
const LINE_CHARS_MAX = 1 << 20;
/** Connections that are kept between two requests. */
const SOCKETS_MAX = 4;

export class HttpError extends Error {
  override readonly name = 'HttpError';
  /** undefined: there was no answer. */
  readonly status: number | undefined;

  constructor(status: number | undefined, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

export interface LineStream {
  /** The server has answered: what happens from now on will be told. */
  readonly onOpen: () => void;
  readonly onLine: (line: string) => void;
}

export class SocketHttp {
  readonly #socketPath: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  readonly #streams = new Set<IncomingMessage>();

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** HttpError when there is no answer in time, another status than 200, or no JSON. */
  async json(path: string, timeoutMs: number): Promise<unknown> {
    const response = await this.#get(path, { agent: this.#agent, timeoutMs });
    const body = await this.#body(response, path);
    if (response.statusCode !== 200) {
      const reason = `HTTP status ${response.statusCode}: ${body.slice(0, 200).trim()}`;
      throw new HttpError(response.statusCode, this.#where(path, reason));
    }
    try {
      return JSON.parse(body);
    } catch (cause) {
      throw new HttpError(response.statusCode, this.#where(path, 'the answer is no JSON'), {
        cause,
      });
    }
  }

  /** Resolves when the server ends the stream, or `close` does; HttpError when it is refused. */
  async lines(path: string, timeoutMs: number, { onOpen, onLine }: LineStream): Promise<void> {
    // An agent of its own would keep it waiting behind requests.
    const response = await this.#get(path, { agent: false, timeoutMs });
    if (response.statusCode !== 200) {
      response.destroy();
      const reason = `HTTP status ${response.statusCode}`;
      throw new HttpError(response.statusCode, this.#where(path, reason));
    }
    this.#streams.add(response);
    onOpen();
    response.setEncoding('utf8');
    let rest = '';
    try {
      for await (const chunk of response) {
        const lines = `${rest}${String(chunk)}`.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
        if (rest.length > LINE_CHARS_MAX) {
          const limit = `a line of more than ${LINE_CHARS_MAX} characters`;
          throw new HttpError(200, this.#where(path, limit));
        }
      }
    } catch (cause) {
      if (cause instanceof HttpError) throw cause;
      throw this.#noAnswer(path, cause);
    } finally {
      this.#streams.delete(response);
    }
  }

  /** Cuts what is under way. */
  close(): void {
    this.#agent.destroy();
    for (const stream of this.#streams) stream.destroy();
  }

  #get(
    path: string,
    options: { agent: Agent | false; timeoutMs: number },
  ): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const call = request({
      socketPath: this.#socketPath,
      path,
      agent: options.agent,
      headers: { host: 'localhost' },
    });
    const timer = setTimeout(() => {
      call.destroy(new Error(`no answer within ${options.timeoutMs} ms`));
    }, options.timeoutMs);
    call.on('response', (response) => {
      // A stream ends when it ends; a document must be there in time too.
      if (options.agent === false) clearTimeout(timer);
      else response.on('close', () => clearTimeout(timer));
      resolve(response);
    });
    call.on('error', (cause) => {
      clearTimeout(timer);
      reject(this.#noAnswer(path, cause));
    });
    call.end();
    return promise;
  }

  async #body(response: IncomingMessage, path: string): Promise<string> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const chunk of response) {
        const bytes: Uint8Array = chunk;
        chunks.push(bytes);
        length += bytes.length;
        if (length > BODY_BYTES_MAX) {
          const limit = `the answer has more than ${BODY_BYTES_MAX} bytes`;
          throw new HttpError(response.statusCode, this.#where(path, limit));
        }
      }
    } catch (cause) {
      if (cause instanceof HttpError) throw cause;
      throw this.#noAnswer(path, cause);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  #noAnswer(path: string, cause: unknown): HttpError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new HttpError(undefined, this.#where(path, reason), { cause });
  }

  #where(path: string, reason: string): string {
    return `${this.#socketPath}: GET ${path}: ${reason}`;
  }
}
