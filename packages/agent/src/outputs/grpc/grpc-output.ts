/** `grpc` and `grpc_output`: alerts for those who ask, and the version service. */

import { setTimeout as wait } from 'node:timers/promises';
import { type ServerDuplexStream, type ServerWritableStream, status } from '@grpc/grpc-js';
import type { GrpcConfig } from '../../config/output-config.ts';
import {
  type AlertOutput,
  type Outcome,
  type OutgoingAlert,
  OutputError,
} from '../alert-output.ts';
import { AlertFeed } from './alert-feed.ts';
import { encodeAlert } from './alert-message.ts';
import { GrpcServer } from './grpc-server.ts';
import type { EmptyRequest, ServedVersions } from './services.ts';
import { encodeVersion } from './version-message.ts';

/** Each gets every alert. */
const SUBSCRIBERS_MAX = 32;
/** Until the address is tried again. */
const LISTEN_AGAIN_MS = 2000;
/** `get` ends when nothing has come for so long: more of what was kept is on its way here. */
const QUIET_MS = 100;
/** `get` ends after so many, though more may come: it is about what was there. */
const GET_MAX = 200_000;

type SubCall = ServerDuplexStream<EmptyRequest, Uint8Array>;
type GetCall = ServerWritableStream<EmptyRequest, Uint8Array>;

export class GrpcOutput implements AlertOutput {
  readonly isClosed = false;
  readonly #config: GrpcConfig;
  readonly #versions: ServedVersions;
  readonly #outcome: Outcome;
  readonly #feed: AlertFeed;
  readonly #subCalls = new Set<SubCall>();
  readonly #listening: Promise<GrpcServer | undefined>;
  readonly #closing = new AbortController();

  /** Does not wait for the address, which may not be free yet. */
  constructor(config: GrpcConfig, versions: ServedVersions, outcome: Outcome) {
    this.#config = config;
    this.#versions = versions;
    this.#outcome = outcome;
    this.#feed = new AlertFeed(outcome);
    this.#listening = this.#listen();
  }

  /** Without `grpc_output` nobody can ask for it. */
  write(alert: OutgoingAlert): void {
    this.#feed.add(encodeAlert(alert));
  }

  flush(): void {}

  reopen(): void {}

  finish(): void {
    this.#feed.finish();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const call of this.#subCalls) call.end();
    const server = await this.#listening;
    await server?.close();
  }

  /** Until it succeeds or is closed. */
  async #listen(): Promise<GrpcServer | undefined> {
    const handlers = {
      sub: (call: SubCall) => this.#sub(call),
      get: (call: GetCall) => void this.#get(call),
      version: (_: unknown, answer: (error: null, value: Uint8Array) => void) =>
        answer(null, encodeVersion(this.#versions)),
    };
    while (!this.#closing.signal.aborted) {
      try {
        return await GrpcServer.listen(this.#config, handlers);
      } catch (error) {
        if (!(error instanceof OutputError)) throw error;
        this.#outcome.problem(error);
        await this.#pause(LISTEN_AGAIN_MS);
      }
    }
    return undefined;
  }

  /** Begins with the client's first request, as in Falco; further ones say nothing new. */
  #sub(call: SubCall): void {
    if (this.#subCalls.size >= SUBSCRIBERS_MAX) {
      const details = `there are ${SUBSCRIBERS_MAX} subscribers already`;
      call.emit('error', { code: status.RESOURCE_EXHAUSTED, details });
      return;
    }
    this.#subCalls.add(call);
    let leave = (): void => {};
    call.once('data', () => {
      const subscriber = this.#feed.subscribe((message, done) =>
        call.write(message, (error?: Error | null) => {
          if (error === undefined || error === null) done();
        }),
      );
      call.on('drain', () => subscriber.resume());
      leave = () => this.#feed.unsubscribe(subscriber);
    });
    const onGone = (): void => {
      if (this.#subCalls.delete(call)) leave();
    };
    call.on('cancelled', onGone);
    call.on('close', onGone);
    call.on('error', onGone);
  }

  async #get(call: GetCall): Promise<void> {
    for (let count = 0, quietMs = 0; count < GET_MAX && quietMs < QUIET_MS; ) {
      const kept = this.#feed.takeKept();
      if (kept === undefined) {
        await this.#pause(QUIET_MS / 5);
        quietMs += QUIET_MS / 5;
        continue;
      }
      quietMs = 0;
      count++;
      const isSent = await written(call, kept.message);
      kept.sent(isSent);
      if (!isSent) return;
    }
    call.end();
  }

  async #pause(ms: number): Promise<void> {
    try {
      await wait(ms, undefined, { signal: this.#closing.signal });
    } catch {
      // Nothing is waited for any more.
    }
  }
}

async function written(call: GetCall, message: Uint8Array): Promise<boolean> {
  if (call.cancelled) return false;
  return new Promise((resolve) => {
    call.once('cancelled', () => resolve(false));
    call.write(message, (error?: Error | null) => resolve(error === undefined || error === null));
  });
}
