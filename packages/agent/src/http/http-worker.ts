/**
 * The thread of a server: a flood of requests costs the main thread only the questions that it is
 * asked, and those are bounded.
 */

import type { Server } from 'node:http';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { assert } from '@saker/core/base/assert.ts';
import { isErrno, reasonOf } from '../host/errno.ts';
import { HttpCounters } from './http-counters.ts';
import { HttpError, type HttpProblem } from './http-error.ts';
import type { Answer } from './http-route.ts';
import { createHttpServer } from './http-server.ts';
import type { FromHttp, HttpThreadStart, ListenOptions, ToHttp } from './messages.ts';

/** Questions that the main thread has not answered. */
class OpenQuestions {
  readonly #port: MessagePort;
  readonly #start: HttpThreadStart;
  readonly #waiting = new Map<number, (answer: Answer | undefined) => void>();
  #lastId = 0;

  constructor(port: MessagePort, start: HttpThreadStart) {
    this.#port = port;
    this.#start = start;
  }

  ask(route: number, type: string, body: Uint8Array<ArrayBuffer>): Promise<Answer | undefined> {
    const { asksMax, answerMs } = this.#start.limits;
    if (this.#waiting.size >= asksMax) return Promise.resolve(undefined);
    const id = ++this.#lastId;
    const message: FromHttp = { kind: 'ask', id, route, type, body };
    this.#port.postMessage(message, [body.buffer]);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.answer(id, undefined), answerMs);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
  }

  /** An answer that comes too late is for nobody. */
  answer(id: number, answer: Answer | undefined): void {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    resolve?.(answer);
  }
}

async function serve(port: MessagePort, start: HttpThreadStart): Promise<void> {
  const { listen, routes, limits, counters } = start;
  const questions = new OpenQuestions(port, start);
  const tell = (message: FromHttp): void => port.postMessage(message);
  let server: Server | undefined;
  try {
    server = await createHttpServer({
      routes,
      limits,
      counters: new HttpCounters(counters),
      certificate: listen.certificate,
      ask: (route, type, body) => questions.ask(route, type, body),
    });
    tell({ kind: 'listening', port: await listening(server, listen) });
  } catch (error) {
    tell({ kind: 'refused', problem: problemOf(error, listen) });
    port.close();
    return;
  }
  port.on('message', (message: ToHttp) => {
    if (message.kind === 'answer') {
      questions.answer(message.id, message.answer);
      return;
    }
    server.close();
    server.closeAllConnections();
    port.close();
  });
}

/** The port that it listens on. */
function listening(server: Server, { address, port }: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port }, () => {
      server.off('error', reject);
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

function problemOf(error: unknown, { address, port }: ListenOptions): HttpProblem {
  if (error instanceof HttpError) {
    const { code, message, hint } = error;
    return { code, message, hint };
  }
  const what = `cannot listen on ${hostPort(address, port)}`;
  if (isErrno(error, 'EADDRINUSE')) {
    return {
      code: 'address-in-use',
      message: `${what}: another program listens there`,
      hint: 'choose another port, or end the other program: ss -ltnp shows it',
    };
  }
  if (isErrno(error, 'EACCES')) {
    return {
      code: 'not-permitted',
      message: `${what}: it is not permitted`,
      hint: 'ports below 1024 take CAP_NET_BIND_SERVICE: choose a higher one',
    };
  }
  return {
    code: 'address-unusable',
    message: `${what}: ${reasonOf(error)}`,
    hint: 'give an address of this machine; 0.0.0.0 and :: stand for all of them',
  };
}

function hostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

assert(parentPort !== null, 'started as a thread');
void serve(parentPort, workerData as HttpThreadStart);
