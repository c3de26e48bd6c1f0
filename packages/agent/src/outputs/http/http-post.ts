/** One POST request and its answer. */

import { type ClientRequest, type Agent as HttpAgent, request as httpRequest } from 'node:http';
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface HttpPost {
  readonly url: URL;
  readonly agent: HttpAgent | HttpsAgent;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** For all of it, from the search for the address to the end of the answer. */
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** Its beginning. */
  readonly body: string;
}

/**
 * Why there is no answer.
 * - unreachable: no connection, or one to somebody who is not trusted, so that nothing was sent;
 * - stale: a connection that was kept turned out to be closed when it was used again;
 * - timeout, broken: it may have arrived or not.
 */
export type HttpFailureKind = 'unreachable' | 'stale' | 'timeout' | 'broken';

export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  readonly kind: HttpFailureKind;

  constructor(kind: HttpFailureKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** Of an answer: it is there to be shown, at most. */
const ANSWER_BYTES_MAX = 64 << 10;
const UNREACHABLE_CODES: readonly string[] = [
  'ECONNREFUSED',
  'EADDRNOTAVAIL',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
];
/** Node's check of certificates (X509_V_ERR_* of OpenSSL) and of the name in them. */
const UNTRUSTED_CODE =
  /^(?:CERT|CRL|UNABLE_TO|ERROR_IN|SELF_SIGNED|DEPTH_ZERO|INVALID|PATH_LENGTH|ERR_TLS_CERT)_/;
const CLOSED_CODES: readonly string[] = ['ECONNRESET', 'EPIPE'];

/** HttpFailure when there is no answer; an answer of any status is one. */
export async function post(options: HttpPost): Promise<HttpAnswer> {
  const { body, timeoutMs } = options;
  const request = openRequest(options);
  return new Promise((resolve, reject) => {
    let failure: HttpFailure | undefined;
    let isAnswered = false;
    const timer = setTimeout(() => {
      failure = new HttpFailure('timeout', `no answer within ${timeoutMs} ms`);
      request.destroy(failure);
    }, timeoutMs);
    const settle = (action: () => void): void => {
      clearTimeout(timer);
      action();
    };
    const fail = (error: unknown): void =>
      settle(() => reject(failure ?? failureOf(error, request.reusedSocket && !isAnswered)));
    request.on('error', fail);
    request.on('response', (response) => {
      isAnswered = true;
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        if (bytes < ANSWER_BYTES_MAX) parts.push(part);
        bytes += part.length;
      });
      response.on('error', fail);
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8', 0, ANSWER_BYTES_MAX);
        settle(() => resolve({ status: response.statusCode ?? 0, body: text }));
      });
    });
    request.end(body);
  });
}

/** A name or a header that cannot be sent is refused at once, whatever the configuration holds. */
function openRequest({ url, agent, headers }: HttpPost): ClientRequest {
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  try {
    return open(url, { method: 'POST', agent, headers });
  } catch (cause) {
    throw new HttpFailure('broken', messageOf(cause), cause);
  }
}

/** `isReused`: the connection served before, and has said nothing since. */
function failureOf(error: unknown, isReused: boolean): HttpFailure {
  const code = codeOf(error);
  const message = messageOf(error);
  if (UNREACHABLE_CODES.includes(code) || UNTRUSTED_CODE.test(code)) {
    return new HttpFailure('unreachable', message, error);
  }
  const isStale = isReused && CLOSED_CODES.includes(code);
  return new HttpFailure(isStale ? 'stale' : 'broken', message, error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Where several addresses were tried, the error holds one for each and no message. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) {
    return error.errors.map((one: unknown) => messageOf(one)).join(', ');
  }
  return error instanceof Error ? error.message : String(error);
}
