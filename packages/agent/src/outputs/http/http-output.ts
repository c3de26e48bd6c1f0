/**
 * `http_output`: each alert, or with `batch` several, is posted to a server. One request at a time,
 * so that they arrive in their order.
 *
 * What is tried again: what certainly did not arrive. While the server cannot be reached alerts
 * wait, and it is the queue that decides which of them go when there are too many. A request
 * without an answer is repeated `max_consecutive_timeouts` times, as Falco does it: such an alert
 * may arrive twice.
 */

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { HttpOutputConfig } from '../../config/output-config.ts';
import {
  type AlertOutput,
  type Outcome,
  type OutgoingAlert,
  OutputError,
} from '../alert-output.ts';
import { AlertSequence } from '../alert-sequence.ts';
import { HttpEcho } from './http-echo.ts';
import { type HttpAnswer, HttpFailure, type HttpPost, post } from './http-post.ts';
import { tlsContext } from './tls-files.ts';

export interface HttpSurroundings {
  readonly outcome: Outcome;
  /** Lines are JSON documents. */
  readonly json: boolean;
  /** Alerts wait for a server that cannot be reached, without an end. */
  readonly holds: boolean;
  /** For one request; for tests. */
  readonly timeoutMs?: number;
  /** Names proxies, as libcurl reads them: `http_proxy`, `https_proxy`, `no_proxy`. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** libcurl has no limit of its own, and Falco waits for ever. */
const REQUEST_MS = 10_000;
/** Between attempts: doubled each time. */
const PAUSE_MS = 100;
const PAUSE_MS_MAX = 5000;
/** Of a server that cannot be reached, for those who do not hold: about 3 s. */
const UNREACHABLE_TRIES = 5;
/** Of a server that says that it is busy: it took the request and refused it. */
const BUSY_TRIES = 4;
const BUSY_STATUSES: readonly number[] = [429, 503];
/** How long a connection is kept for the next alert when `keep_alive` is off. */
const IDLE_MS = 1000;
/** With `keep_alive`: between two looks at whether the other end is still there, as libcurl's. */
const PROBE_MS = 60_000;

export class HttpOutput implements AlertOutput {
  readonly isClosed = false;
  readonly #config: HttpOutputConfig;
  readonly #surroundings: HttpSurroundings;
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #echo: HttpEcho | undefined;
  readonly #sequence: AlertSequence;
  /** Aborted when pauses are over. */
  readonly #hurry = new AbortController();
  /** Made anew after `reopen`: certificates may be others. */
  #agent: HttpAgent | HttpsAgent | undefined;
  #consecutiveTimeouts = 0;
  /** Servers that were not reached in a row, in which case one attempt is enough for the next. */
  #isGivenUp = false;
  #isClosing = false;

  /** OutputError when the address is none. */
  constructor(config: HttpOutputConfig, surroundings: HttpSurroundings) {
    this.#config = config;
    this.#surroundings = surroundings;
    this.#url = parseUrl(config.url);
    this.#headers = headersOf(config, surroundings.json);
    this.#echo = config.echo ? new HttpEcho() : undefined;
    const { alertsMax: togetherMax, waitMs } = config.batch;
    this.#sequence = new AlertSequence({
      deliver: (alerts) => this.#deliver(alerts),
      outcome: surroundings.outcome,
      togetherMax,
      waitMs: togetherMax > 1 ? waitMs : 0,
    });
  }

  write(alert: OutgoingAlert): void {
    this.#sequence.add(alert);
  }

  flush(): void {
    this.#sequence.start();
  }

  reopen(): void {
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  finish(): void {
    this.#hurry.abort();
    this.#sequence.finish();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#hurry.abort();
    this.#sequence.giveUp(new OutputError('there is no more time'));
    this.#agent?.destroy();
  }

  get #isFinishing(): boolean {
    return this.#hurry.signal.aborted;
  }

  async #deliver(alerts: readonly OutgoingAlert[]): Promise<void> {
    const text = alerts.map(({ line }) => line).join('\n');
    const whole = this.#config.batch.alertsMax > 1 ? `${text}\n` : text;
    const bytes = Buffer.from(whole, 'utf8');
    const body = this.#config.compressUploads ? gzipSync(bytes) : bytes;
    for (let busy = 1; ; busy++) {
      const { status, body: answer } = await this.#post(body);
      this.#echo?.add(answer);
      if (status >= 200 && status < 300) return;
      const isBusy = BUSY_STATUSES.includes(status);
      if (!isBusy || busy >= BUSY_TRIES || this.#isFinishing) {
        throw new OutputError(`${this.#url.host} answered with status ${status}`);
      }
      await this.#pause(busy);
    }
  }

  /** Until there is an answer, or nothing more to be done. */
  async #post(body: Uint8Array): Promise<HttpAnswer> {
    for (let tries = 1; ; tries++) {
      try {
        const answer = await post(this.#request(body));
        this.#consecutiveTimeouts = 0;
        this.#isGivenUp = false;
        return answer;
      } catch (cause) {
        if (!(cause instanceof HttpFailure)) throw cause;
        const problem = new OutputError(`cannot post to ${this.#url.host}: ${cause.message}`, {
          cause,
        });
        if (!this.#mayTryAgain(cause, tries)) throw problem;
        if (cause.kind === 'unreachable') {
          this.#surroundings.outcome.problem(problem);
          await this.#pause(tries);
        }
      }
    }
  }

  #mayTryAgain({ kind }: HttpFailure, tries: number): boolean {
    if (this.#isClosing) return false;
    switch (kind) {
      case 'stale':
        return true;
      case 'timeout':
        this.#consecutiveTimeouts++;
        return (
          !this.#isFinishing && this.#consecutiveTimeouts <= this.#config.maxConsecutiveTimeouts
        );
      case 'unreachable':
        if (this.#isFinishing || this.#isGivenUp) return false;
        this.#isGivenUp = !this.#surroundings.holds && tries >= UNREACHABLE_TRIES;
        return !this.#isGivenUp;
      case 'broken':
        return false;
    }
  }

  #request(body: Uint8Array): HttpPost {
    this.#agent ??= this.#openAgent();
    const headers = { ...this.#headers, 'Content-Length': String(body.length) };
    const { timeoutMs = REQUEST_MS } = this.#surroundings;
    return { url: this.#url, agent: this.#agent, headers, body, timeoutMs };
  }

  #openAgent(): HttpAgent | HttpsAgent {
    const { keepAlive, insecure } = this.#config;
    // A connection is used again in any case, as libcurl does it; the key is about idle ones.
    const idle = keepAlive ? { keepAliveMsecs: PROBE_MS } : { timeout: IDLE_MS };
    const { environment: proxyEnv = process.env } = this.#surroundings;
    const options = { keepAlive: true, maxSockets: 1, proxyEnv, ...idle };
    if (this.#url.protocol === 'http:') return new HttpAgent(options);
    const secureContext = tlsContext(this.#config);
    return new HttpsAgent({ ...options, secureContext, rejectUnauthorized: !insecure });
  }

  async #pause(tries: number): Promise<void> {
    const ms = Math.min(PAUSE_MS * 2 ** (tries - 1), PAUSE_MS_MAX);
    try {
      await wait(ms, undefined, { signal: this.#hurry.signal });
    } catch {
      // There is no more time: the next attempt is the last.
    }
  }
}

/** Quotes around it are taken off, as Falco does. */
function parseUrl(text: string): URL {
  const url = URL.parse(text.replace(/^(["'])(.*)\1$/, '$2'));
  if (url !== null && ['http:', 'https:'].includes(url.protocol)) return url;
  // Not the text itself: there may be a password in it.
  throw new OutputError('url is no address that begins with http:// or https://');
}

function headersOf(config: HttpOutputConfig, json: boolean): Readonly<Record<string, string>> {
  const jsonType = config.batch.alertsMax > 1 ? 'application/x-ndjson' : 'application/json';
  return {
    'Content-Type': json ? jsonType : 'text/plain',
    // Headers are written byte by byte: of other letters the bytes go out, as libcurl does it.
    'User-Agent': Buffer.from(config.userAgent, 'utf8').toString('latin1'),
    ...(config.compressUploads && { 'Content-Encoding': 'gzip' }),
  };
}
