/**
 * A server on a thread of its own: it listens, holds clients to limits, and asks the main thread
 * for what only that knows. When the thread ends by itself it is told of and started anew.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { reasonOf } from '../host/errno.ts';
import { HttpCounters } from './http-counters.ts';
import { HttpError, type HttpProblem } from './http-error.ts';
import { HTTP_LIMITS, type HttpLimits } from './http-limits.ts';
import { type Answer, type Route, textAnswer } from './http-route.ts';
import type { FromHttp, HttpThreadStart, ListenOptions, ThreadRoute, ToHttp } from './messages.ts';

export interface HttpThreadOptions {
  /** In messages: `the web server`. */
  readonly name: string;
  readonly listen: ListenOptions;
  readonly routes: readonly Route[];
  /** Those that differ from HTTP_LIMITS. */
  readonly limits?: Partial<HttpLimits>;
  /** Something that the user should know. */
  readonly onProblem: (message: string) => void;
}

/** A server of probes and scrapes takes a tenth; bodies lie outside. What leaks ends the thread. */
const MEMORY: ResourceLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 };
/** After the thread ended: doubled with each attempt, up to the last. */
const RESTART_MS = 1000;
const RESTART_MS_MAX = 60_000;
/** How long requests may take to end when the server is closed. */
const CLOSE_MS = 1000;

export class HttpThread {
  readonly counters: HttpCounters = new HttpCounters();
  /** Times that the thread was started after it had ended by itself. */
  restarts = 0;
  readonly #options: HttpThreadOptions;
  #worker: Worker | undefined = undefined;
  #port: number;
  #isClosed = false;
  #restartMs = RESTART_MS;
  #timer: NodeJS.Timeout | undefined = undefined;

  private constructor(options: HttpThreadOptions) {
    this.#options = options;
    this.#port = options.listen.port;
  }

  /** Resolves when it listens; HttpError when it cannot. */
  static async start(options: HttpThreadOptions): Promise<HttpThread> {
    const thread = new HttpThread(options);
    await thread.#start();
    return thread;
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#port;
  }

  /** No request is taken any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    const timer = setTimeout(() => void worker.terminate(), CLOSE_MS);
    post(worker, { kind: 'close' });
    await ended;
    clearTimeout(timer);
  }

  #start(): Promise<void> {
    const { listen, routes, limits } = this.#options;
    const held: HttpLimits = { ...HTTP_LIMITS, ...limits };
    const workerData: HttpThreadStart = {
      listen: { ...listen, port: this.#port },
      routes: routes.map((route) => threadRoute(route, held)),
      limits: held,
      counters: this.counters.buffer,
    };
    const worker = new Worker(workerFile(), { workerData, resourceLimits: MEMORY, stdout: false });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      let failure: Error | undefined;
      let hasStarted = false;
      worker.on('message', (message: FromHttp) => {
        if (message.kind === 'ask') {
          void this.#answer(worker, message);
        } else if (message.kind === 'refused') {
          failure = new HttpError(message.problem);
        } else {
          this.#port = message.port;
          hasStarted = true;
          resolve();
        }
      });
      worker.on('error', (error: Error) => (failure = error));
      worker.on('exit', () => {
        if (hasStarted) this.#onEnd(worker, failure);
        else reject(failure ?? new HttpError(endedEarly(this.#options.name)));
      });
    });
  }

  async #answer(worker: Worker, message: FromHttp & { kind: 'ask' }): Promise<void> {
    const { id, type, body } = message;
    const route = this.#options.routes[message.route];
    let answer: Answer = textAnswer(500, 'internal error');
    try {
      if (route !== undefined && 'ask' in route) answer = await route.ask({ type, body });
    } catch (error) {
      this.#options.onProblem(`${this.#options.name}: ${route?.path}: ${reasonOf(error)}`);
    }
    if (worker === this.#worker) post(worker, { kind: 'answer', id, answer });
  }

  #onEnd(worker: Worker, failure: Error | undefined): void {
    if (this.#isClosed || worker !== this.#worker) return;
    this.#worker = undefined;
    this.#restartMs = RESTART_MS;
    const why = failure === undefined ? '' : `: ${reasonOf(failure)}`;
    this.#restartLater(`the thread of ${this.#options.name} ended${why}`);
  }

  #restartLater(problem: string): void {
    const waitMs = this.#restartMs;
    this.#restartMs = Math.min(2 * waitMs, RESTART_MS_MAX);
    this.#options.onProblem(`${problem}; it is started anew in ${waitMs / 1000} s`);
    this.#timer = setTimeout(() => void this.#restart(), waitMs);
  }

  async #restart(): Promise<void> {
    try {
      await this.#start();
      this.restarts++;
    } catch (error) {
      this.#worker = undefined;
      if (!this.#isClosed) this.#restartLater(`${this.#options.name}: ${reasonOf(error)}`);
    }
  }
}

function threadRoute(route: Route, limits: HttpLimits): ThreadRoute {
  const { method, path } = route;
  const isFixed = 'answer' in route;
  return {
    method,
    path,
    answer: isFixed ? route.answer : undefined,
    token: isFixed ? undefined : route.token,
    bodyBytesMax: (isFixed ? undefined : route.bodyBytesMax) ?? limits.bodyBytesMax,
    tooLong: isFixed ? undefined : route.tooLong,
  };
}

function endedEarly(name: string): HttpProblem {
  return { code: 'thread', message: `the thread of ${name} did not start`, hint: undefined };
}

function post(worker: Worker, message: ToHttp): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is no window
  worker.postMessage(message);
}

/** The source, or, in a bundle, what lies beside it. */
function workerFile(): string {
  const source = join(import.meta.dirname, 'http-worker.ts');
  return existsSync(source) ? source : join(import.meta.dirname, 'http-worker.js');
}
