/**
 * A gRPC client over a unix socket: one HTTP/2 session of Node's own, calls with one answer, calls
 * with a stream of answers. Runtimes need no more: no name resolution, no balancing, no retries
 * within (ContainerLookup has its own), no TLS. Why not a library: docs/decisions/0013.
 */

import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { GrpcError, GrpcStatus } from './grpc-error.ts';
import { frameMessage, MessageFrames } from './message-frames.ts';
import { Fields } from './protobuf.ts';

/** Largest answer: the list of the containers of a full node has some hundred KiB. */
const MESSAGE_BYTES_MAX = 8 << 20;
/** Until the answer of a call is complete. Runtimes answer in milliseconds; on busy disks later. */
const CALL_TIMEOUT_MS = 5000;

export interface GrpcCall {
  /** `/package.Service/Method`. */
  readonly method: string;
  readonly request: Uint8Array;
  /** Further headers, such as containerd's namespace. */
  readonly headers?: Readonly<Record<string, string>>;
}

export class GrpcSession {
  /** Settles when the session ends, whoever ended it. */
  readonly closed: Promise<void>;
  readonly #session: ClientHttp2Session;
  readonly #socketPath: string;
  #cause: Error | undefined = undefined;

  /** Connects in the background: a socket that nobody listens on fails the first call. */
  constructor(socketPath: string) {
    this.#socketPath = socketPath;
    this.#session = connect('http://localhost', {
      createConnection: () => connectSocket(socketPath),
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#session.on('error', (error: Error) => {
      this.#cause = error;
    });
    this.#session.on('close', resolve);
  }

  /** The one answer. GrpcError for every other outcome. */
  async call(call: GrpcCall): Promise<Fields> {
    let answer: Fields | undefined;
    await this.#exchange(call, CALL_TIMEOUT_MS, (message) => {
      answer = new Fields(message);
    });
    if (answer !== undefined) return answer;
    throw new GrpcError(GrpcStatus.INTERNAL, `${this.#where(call)}: ended without an answer`);
  }

  /** Resolves when the service ends the stream; GrpcError when it is cut or refused. */
  stream(call: GrpcCall, onMessage: (message: Fields) => void): Promise<void> {
    return this.#exchange(call, undefined, (message) => onMessage(new Fields(message)));
  }

  /** Cuts what is under way. */
  close(): void {
    this.#session.destroy();
  }

  #exchange(
    call: GrpcCall,
    timeoutMs: number | undefined,
    onMessage: (message: Uint8Array) => void,
  ): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = (code: number, reason: string, cause?: unknown): void => {
      reject(new GrpcError(code, `${this.#where(call)}: ${reason}`, { cause }));
    };
    if (this.#session.closed || this.#session.destroyed) {
      fail(GrpcStatus.UNAVAILABLE, this.#lossReason());
      return promise;
    }
    const stream = this.#session.request(requestHeaders(call, timeoutMs));
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            fail(GrpcStatus.DEADLINE_EXCEEDED, `no answer within ${timeoutMs} ms`);
            stream.close(constants.NGHTTP2_CANCEL);
          }, timeoutMs);
    let status: IncomingHttpHeaders = {};
    stream.on('response', (headers) => {
      if (headers['grpc-status'] !== undefined) status = headers;
      if (headers[':status'] === 200) return;
      fail(GrpcStatus.UNKNOWN, `HTTP status ${headers[':status']}: no gRPC service`);
    });
    stream.on('trailers', (trailers: IncomingHttpHeaders) => {
      status = trailers;
    });
    readMessages(stream, onMessage, (error) => {
      const code = error instanceof GrpcError ? error.code : GrpcStatus.INTERNAL;
      fail(code, error instanceof Error ? error.message : String(error), error);
    });
    stream.on('error', (error: Error) => fail(GrpcStatus.UNAVAILABLE, error.message, error));
    stream.on('close', () => {
      clearTimeout(timer);
      const code = status['grpc-status'];
      if (code === undefined) fail(GrpcStatus.UNAVAILABLE, this.#lossReason());
      else if (code === '0') resolve();
      else fail(Number(code) || GrpcStatus.UNKNOWN, statusMessage(status));
    });
    stream.end(frameMessage(call.request));
    return promise;
  }

  #where({ method }: GrpcCall): string {
    return `${this.#socketPath}: ${method}`;
  }

  #lossReason(): string {
    return this.#cause?.message ?? 'the connection is closed';
  }
}

function requestHeaders(call: GrpcCall, timeoutMs: number | undefined): OutgoingHttpHeaders {
  return {
    ...call.headers,
    ':method': 'POST',
    ':path': call.method,
    'content-type': 'application/grpc',
    te: 'trailers',
    'grpc-accept-encoding': 'identity',
    ...(timeoutMs === undefined ? {} : { 'grpc-timeout': `${timeoutMs}m` }),
  };
}

function readMessages(
  stream: ClientHttp2Stream,
  onMessage: (message: Uint8Array) => void,
  onError: (error: unknown) => void,
): void {
  const frames = new MessageFrames(MESSAGE_BYTES_MAX);
  stream.on('data', (chunk: Uint8Array) => {
    try {
      for (const message of frames.push(chunk)) onMessage(message);
    } catch (error) {
      // A message that cannot be read: nothing after it can be found.
      onError(error);
      stream.close(constants.NGHTTP2_CANCEL);
    }
  });
}

/** Percent-encoded on the wire. */
function statusMessage(status: IncomingHttpHeaders): string {
  const message = String(status['grpc-message'] ?? '');
  const reason = `status ${String(status['grpc-status'])}`;
  try {
    return `${reason}: ${decodeURIComponent(message)}`;
  } catch {
    // Not percent-encoded after all: as it came.
    return `${reason}: ${message}`;
  }
}
