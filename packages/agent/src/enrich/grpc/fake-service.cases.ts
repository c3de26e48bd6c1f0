/** For tests only: a gRPC service on a unix socket that answers what a test says. */

import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { GrpcError, GrpcStatus } from './grpc-error.ts';
import { frameMessage, MessageFrames } from './message-frames.ts';
import { Fields } from './protobuf.ts';

export interface FakeCall {
  readonly request: Fields;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly stream: ServerHttp2Stream;
}

/** What is thrown becomes the status; 'open' leaves the stream open after what was written. */
export type FakeMethod = (call: FakeCall) => Uint8Array | 'open';

export class FakeService {
  readonly #server: Http2Server;
  readonly #streams = new Set<ServerHttp2Stream>();
  readonly #path: string;
  /** Methods that were called, in order. */
  readonly calls: string[] = [];

  constructor(path: string, methods: Readonly<Record<string, FakeMethod>>) {
    this.#path = path;
    this.#server = createServer();
    this.#server.on('session', (session) => session.on('error', () => undefined));
    this.#server.on('stream', (stream, headers) => {
      this.#streams.add(stream);
      stream.on('error', () => undefined);
      stream.on('close', () => this.#streams.delete(stream));
      const name = String(headers[':path']);
      this.calls.push(name);
      const frames = new MessageFrames(1 << 20);
      stream.on('data', (chunk: Uint8Array) => {
        for (const message of frames.push(chunk)) {
          answer(methods[name], { request: new Fields(message), headers, stream });
        }
      });
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.#path, resolve));
    return this;
  }

  /** Cuts all connections. */
  async close(): Promise<void> {
    for (const stream of this.#streams) stream.session?.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const OK_HEADERS = { ':status': 200, 'content-type': 'application/grpc' };

function answer(method: FakeMethod | undefined, call: FakeCall): void {
  const { stream } = call;
  try {
    if (method === undefined) throw new GrpcError(GrpcStatus.UNIMPLEMENTED, 'no such method');
    const message = method(call);
    if (message === 'open') return;
    stream.respond(OK_HEADERS, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(frameMessage(message));
  } catch (error) {
    const code = error instanceof GrpcError ? error.code : GrpcStatus.INTERNAL;
    const message = encodeURIComponent(error instanceof Error ? error.message : String(error));
    const status = { 'grpc-status': String(code), 'grpc-message': message };
    stream.respond({ ...OK_HEADERS, ...status }, { endStream: true });
  }
}

/** A message of a stream that stays open. */
export function push(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (!stream.headersSent) stream.respond(OK_HEADERS, { waitForTrailers: true });
  stream.write(frameMessage(message));
}

/** Ends a stream that was left open. */
export function finish(stream: ServerHttp2Stream): void {
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end();
}

export function notFound(what: string): GrpcError {
  return new GrpcError(GrpcStatus.NOT_FOUND, `${what}: not found`);
}
