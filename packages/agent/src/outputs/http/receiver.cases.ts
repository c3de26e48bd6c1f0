/** For tests: a web server that keeps what it is sent. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { TlsOptions } from 'node:tls';
import { gunzipSync } from 'node:zlib';

export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = (response: ServerResponse, count: number) => void;

/** Answers with status 200 unless it is told otherwise, also later. */
export class Receiver {
  readonly requests: ReceivedRequest[] = [];
  connections = 0;
  /** Connections that are open now. */
  open = 0;
  answer: Answer = (response) => response.end();
  readonly #server: Server;
  readonly #scheme: string;
  #port = 0;

  private constructor(tls: TlsOptions | undefined) {
    this.#scheme = tls === undefined ? 'http' : 'https';
    const onRequest = (request: IncomingMessage, response: ServerResponse): void =>
      this.#receive(request, response);
    this.#server = tls === undefined ? createServer(onRequest) : createTlsServer(tls, onRequest);
    this.#server.on('connection', (socket) => {
      this.connections++;
      this.open++;
      socket.on('close', () => this.open--);
    });
  }

  static async start(context: TestContext, tls?: TlsOptions): Promise<Receiver> {
    const receiver = new Receiver(tls);
    await receiver.listen();
    context.after(() => receiver.stop());
    return receiver;
  }

  get url(): string {
    return `${this.#scheme}://localhost:${this.#port}/alerts`;
  }

  get bodies(): readonly string[] {
    return this.requests.map(({ body }) => body);
  }

  /** On the port that it had, if it had one. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeAllConnections();
    await closed;
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method, url, headers } = request;
      const bytes = Buffer.concat(parts);
      const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      this.requests.push({ method, url, headers, body: plain.toString('utf8') });
      this.answer(response, this.requests.length);
    });
  }
}
