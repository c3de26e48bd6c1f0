/**
 * The server of an HTTP thread: connections, requests, answers, and the limits on each. Runs on a
 * thread of its own, see http-worker.ts; what it cannot answer itself it asks for.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpCounters } from './http-counters.ts';
import type { HttpLimits } from './http-limits.ts';
import { type Answer, textAnswer } from './http-route.ts';
import type { ThreadRoute } from './messages.ts';
import { BodyBudget, readBody } from './request-body.ts';
import { SharedAsk } from './shared-ask.ts';
import { readCertificate } from './tls-certificate.ts';

/** The main thread's answer; `undefined` when it has no time for one. */
export type Ask = (
  route: number,
  type: string,
  body: Uint8Array<ArrayBuffer>,
) => Promise<Answer | undefined>;

export interface HttpServerParts {
  readonly routes: readonly ThreadRoute[];
  readonly limits: HttpLimits;
  readonly counters: HttpCounters;
  readonly certificate: string | undefined;
  readonly ask: Ask;
}

/** How often connections are looked at for requests that take too long. */
const CHECK_MS = 1000;
const BEARER = /^Bearer (.+)$/;

/** HttpError when the certificate cannot be used. */
export async function createHttpServer(parts: HttpServerParts): Promise<Server> {
  const { limits, counters, certificate } = parts;
  const options: ServerOptions = {
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(CHECK_MS, limits.headersMs),
    noDelay: true,
  };
  const server = await newServer(options, certificate);
  server.timeout = limits.idleMs;
  server.maxConnections = limits.connectionsMax;
  server.on('drop', () => counters.add('connectionsRefused'));
  server.on('clientError', (error, socket) => refuseMalformed(error, socket, counters));
  const routing = new Routing(parts);
  server.on('request', (request, response) => void routing.serve(request, response));
  return server;
}

async function newServer(options: ServerOptions, certificate: string | undefined): Promise<Server> {
  if (certificate === undefined) return createServer(options);
  const pem = readCertificate(certificate);
  const https = await import('node:https');
  return https.createServer({ ...options, cert: pem, key: pem, minVersion: 'TLSv1.2' });
}

/** What is wrong, by the code of Node's error; every other is a 400. */
const MALFORMED: ReadonlyMap<string, string> = new Map([
  ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
]);

function refuseMalformed(error: Error, socket: Duplex, counters: HttpCounters): void {
  counters.add('requestsMalformed');
  const code = 'code' in error ? String(error.code) : '';
  if (!socket.writable || code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = MALFORMED.get(code) ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    socket.destroy(),
  );
}

const BUSY = textAnswer(503, 'busy: try again');

class Routing {
  readonly #parts: HttpServerParts;
  readonly #budget: BodyBudget;
  readonly #shared = new Map<ThreadRoute, SharedAsk>();

  constructor(parts: HttpServerParts) {
    this.#parts = parts;
    this.#budget = new BodyBudget(parts.limits.bodiesBytesMax);
    for (const [index, route] of parts.routes.entries()) {
      if (route.method !== 'GET' || route.answer !== undefined) continue;
      this.#shared.set(route, new SharedAsk(() => this.#ask(index, '', new Uint8Array())));
    }
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { counters } = this.#parts;
    const answer = await this.#answer(request);
    counters.add('requests');
    if (answer.status >= 400) counters.add('errors');
    send(request, response, answer);
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const [path] = (request.url ?? '').split('?', 1);
    const atPath = this.#parts.routes.filter((route) => route.path === path);
    if (atPath.length === 0) return textAnswer(404, 'not found');
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const route = atPath.find((candidate) => candidate.method === method);
    if (route === undefined) {
      const allowed = atPath.map((candidate) => candidate.method).join(', ');
      return textAnswer(405, `only ${allowed} is served here`);
    }
    if (route.answer !== undefined) return route.answer;
    if (route.token !== undefined && !carriesToken(request, route.token)) {
      return textAnswer(401, 'a bearer token is required');
    }
    return this.#shared.get(route)?.ask() ?? this.#takeBody(request, route);
  }

  async #takeBody(request: IncomingMessage, route: ThreadRoute): Promise<Answer> {
    const { counters, routes } = this.#parts;
    if (request.headers['content-encoding'] !== undefined) {
      return textAnswer(415, 'bodies are taken as they are, without Content-Encoding');
    }
    const body = await readBody(request, route.bodyBytesMax, this.#budget);
    if (body === 'too-long') {
      counters.add('bodiesTooLong');
      return route.tooLong ?? textAnswer(413, `at most ${route.bodyBytesMax} bytes are taken`);
    }
    if (body === 'aborted') return textAnswer(400, 'the body is incomplete');
    if (body === 'no-room') {
      counters.add('busy');
      return BUSY;
    }
    const { length } = body;
    try {
      return await this.#ask(routes.indexOf(route), request.headers['content-type'] ?? '', body);
    } finally {
      this.#budget.giveBack(length);
    }
  }

  async #ask(route: number, type: string, body: Uint8Array<ArrayBuffer>): Promise<Answer> {
    const answer = await this.#parts.ask(route, type, body);
    if (answer === undefined) this.#parts.counters.add('busy');
    return answer ?? BUSY;
  }
}

/** Digests have one length, and comparing them takes one time. */
function carriesToken(request: IncomingMessage, token: string): boolean {
  const [, given = ''] = BEARER.exec(request.headers.authorization ?? '') ?? [];
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/**
 * Of a request that was refused the rest is still read, and thrown away, for as long as a request
 * may take: a client that is still sending would otherwise see a connection that breaks.
 */
function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const { status, type, body } = answer;
  response.statusCode = status;
  if (type !== undefined) response.setHeader('Content-Type', type);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(request.method === 'HEAD' ? '' : body);
}
