/**
 * HTTP over a unix socket, as Docker and Podman speak it: JSON documents, and a stream of lines.
 */

import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { assert } from '@saker/core/base/assert.ts';

/** Largest document: descriptions of single containers; lists have some KiB for each. */
const BODY_BYTES_MAX = 8 << 20;
/** Longest event: it repeats all labels of its container. */
const LINE_CHARS_MAX = 1 << 20;
/** Connections that are kept between two requests. */
const SOCKETS_MAX = 4;
/** Some servers begin to answer when there is a first event: then the stream counts as open. */
const OPEN_MS_MAX = 500;
/** What is shown of the text that comes with an error. */
const REASON_CHARS_MAX = 200;

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
  /** What happens from now on will be told. */
  readonly onOpen: () => void;
  readonly onLine: (line: string) => void;
}

export class SocketHttp {
  readonly #socketPath: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  readonly #streams = new Set<ClientRequest>();

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** HttpError when there is no answer in time, another status than 200, or no JSON. */
  async json(path: string, timeoutMs: number): Promise<unknown> {
    const call = this.#send(path, this.#agent);
    const timer = setTimeout(() => {
      call.destroy(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    try {
      const response = await this.#response(call, path);
      const body = await this.#body(response, path);
      return this.#parse(body, response.statusCode, path);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves when the server ends the stream; HttpError when it is refused or cut. */
  async lines(path: string, { onOpen, onLine }: LineStream): Promise<void> {
    // The agent would let it wait behind other requests.
    const call = this.#send(path, false);
    this.#streams.add(call);
    const open = Promise.withResolvers<void>();
    const timer = setTimeout(open.resolve, OPEN_MS_MAX);
    void open.promise.then(onOpen);
    try {
      const response = await this.#response(call, path);
      if (response.statusCode !== 200) {
        const body = await this.#body(response, path);
        throw this.#refusal(body, response.statusCode, path);
      }
      open.resolve();
      await this.#readLines(response, path, onLine);
    } finally {
      clearTimeout(timer);
      this.#streams.delete(call);
    }
  }

  /** Cuts what is under way. */
  close(): void {
    this.#agent.destroy();
    for (const call of this.#streams) call.destroy(new Error('closed'));
  }

  #send(path: string, agent: Agent | false): ClientRequest {
    const headers = { host: 'localhost' };
    const call = request({ socketPath: this.#socketPath, path, agent, headers });
    call.end();
    return call;
  }

  #response(call: ClientRequest, path: string): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    call.on('response', resolve);
    call.on('error', (cause) => reject(this.#noAnswer(path, cause)));
    return promise;
  }

  async #body(response: IncomingMessage, path: string): Promise<string> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const chunk of response) {
        assert(chunk instanceof Uint8Array, 'a response without encoding gives bytes');
        chunks.push(chunk);
        length += chunk.length;
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

  #parse(body: string, status: number | undefined, path: string): unknown {
    if (status !== 200) throw this.#refusal(body, status, path);
    try {
      return JSON.parse(body);
    } catch (cause) {
      throw new HttpError(status, this.#where(path, 'the answer is no JSON'), { cause });
    }
  }

  async #readLines(
    response: IncomingMessage,
    path: string,
    onLine: (line: string) => void,
  ): Promise<void> {
    response.setEncoding('utf8');
    let rest = '';
    try {
      for await (const chunk of response) {
        const lines = `${rest}${String(chunk)}`.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
        if (rest.length > LINE_CHARS_MAX) {
          const limit = `a line of more than ${LINE_CHARS_MAX} characters`;
          throw new HttpError(response.statusCode, this.#where(path, limit));
        }
      }
    } catch (cause) {
      if (cause instanceof HttpError) throw cause;
      throw this.#noAnswer(path, cause);
    }
  }

  #refusal(body: string, status: number | undefined, path: string): HttpError {
    const reason = `HTTP status ${status}: ${body.slice(0, REASON_CHARS_MAX).trim()}`;
    return new HttpError(status, this.#where(path, reason));
  }

  #noAnswer(path: string, cause: unknown): HttpError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new HttpError(undefined, this.#where(path, reason), { cause });
  }

  #where(path: string, reason: string): string {
    return `${this.#socketPath}: GET ${path}: ${reason}`;
  }
}
