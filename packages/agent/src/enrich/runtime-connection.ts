/**
 * One runtime's socket, for as long as we run: opened when it appears, opened again when it is
 * lost. What happens at the other end is told to the listener.
 */

import type { ContainerDocument } from './container-document.ts';
import type { ContainerKey, ContainerRuntime } from './container-runtime.ts';
import { type RuntimeSocket, socketIdentity } from './runtime-sockets.ts';

/** Between two attempts to open a socket that exists: doubled from the first to the last. */
const FIRST_PAUSE_MS = 200;
const LAST_PAUSE_MS = 30_000;
/** Between two looks for a socket that does not exist. */
const ABSENT_PAUSE_MS = 5000;
/** Somebody who needs the runtime makes a pause end early, but not sooner than this. */
const ABSENT_PAUSE_MS_MIN = 100;
const PAUSE_MS_MIN = 1000;

export interface ConnectionListener {
  /** All containers that run now: when the connection was made, and made again. */
  readonly onListed: (connection: RuntimeConnection, keys: readonly ContainerKey[]) => void;
  readonly onContainer: (connection: RuntimeConnection, key: ContainerKey) => void;
  readonly onRemoved: (connection: RuntimeConnection, id: string) => void;
  readonly onConnected: (connection: RuntimeConnection) => void;
  /** `wasConnected`: it was lost; else it could not be made. */
  readonly onFailed: (connection: RuntimeConnection, reason: string, wasConnected: boolean) => void;
}

export type ConnectionState = 'absent' | 'connecting' | 'connected' | 'failed' | 'stopped';

export class RuntimeConnection {
  readonly socket: RuntimeSocket;
  state: ConnectionState = 'absent';
  /** How often it was made, and how often it was lost after that. */
  connections = 0;
  losses = 0;
  /** Of the socket that is open. */
  identity: string | undefined = undefined;
  /** Settles when the first attempt is over: the containers are listed, or there is nobody. */
  readonly firstAttempt: Promise<void>;
  readonly #open: (socket: RuntimeSocket) => Promise<ContainerRuntime>;
  readonly #listener: ConnectionListener;
  /** Whether another connection has the socket already, by another path. */
  readonly #isTaken: (identity: string) => boolean;
  #runtime: ContainerRuntime | undefined = undefined;
  #stopped = false;
  #failures = 0;
  #pausedSinceMs = 0;
  /** When the file system was last asked for the socket, and what it said. */
  #lookedMs = Number.NEGATIVE_INFINITY;
  #isThere = false;
  #endPause: () => void = () => undefined;
  readonly #endFirstAttempt: () => void;
  constructor(
    socket: RuntimeSocket,
    open: (socket: RuntimeSocket) => Promise<ContainerRuntime>,
    listener: ConnectionListener,
    isTaken: (identity: string) => boolean,
  ) {
    this.socket = socket;
    this.#open = open;
    this.#listener = listener;
    this.#isTaken = isTaken;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.firstAttempt = promise;
    this.#endFirstAttempt = resolve;
  }

  /**
   * Whether somebody may answer soon: false where there is no socket, or nobody behind it. A
   * runtime that was just lost mostly starts again, and one that was not there a while ago is asked
   * anew, since `wake` ends the pause.
   */
  get mayAnswer(): boolean {
    if (this.state === 'absent') return this.#seesSocket();
    if (this.state === 'failed') return this.#failures === 0 || this.#isWakeable;
    return this.state !== 'stopped';
  }

  /** Processes may come by the thousand: not for each of them is the file system asked. */
  #seesSocket(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#lookedMs >= ABSENT_PAUSE_MS_MIN) {
      this.#lookedMs = nowMs;
      const identity = socketIdentity(this.socket.path);
      this.#isThere = identity !== undefined && !this.#isTaken(identity);
    }
    return this.#isThere;
  }

  /** Returns when `stop` was called. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const identity = socketIdentity(this.socket.path);
      if (identity === undefined || this.#isTaken(identity)) {
        this.state = 'absent';
        this.#failures = 0;
      } else {
        await this.#connect(identity);
      }
      this.#endFirstAttempt();
      if (!this.#stopped) await this.#pause();
    }
    this.state = 'stopped';
  }

  stop(): void {
    this.#stopped = true;
    this.#runtime?.close();
    this.#endPause();
  }

  /** Somebody needs an answer: a pause that has lasted for a moment ends. */
  wake(): void {
    if (this.#isWakeable) this.#endPause();
  }

  get #isWakeable(): boolean {
    const least = this.state === 'absent' ? ABSENT_PAUSE_MS_MIN : PAUSE_MS_MIN;
    return performance.now() - this.#pausedSinceMs >= least;
  }

  /** undefined: no such container, or nobody to ask. */
  async find(key: ContainerKey): Promise<ContainerDocument | undefined> {
    return this.#runtime?.find(key);
  }

  async #connect(identity: string): Promise<void> {
    this.state = 'connecting';
    this.identity = identity;
    let reason = 'the runtime ended the connection';
    try {
      this.#runtime = await this.#open(this.socket);
      if (!this.#stopped) await this.#watch(this.#runtime);
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    this.#runtime?.close();
    this.#runtime = undefined;
    this.identity = undefined;
    const wasConnected = this.#isConnected();
    this.state = 'failed';
    if (this.#stopped) return;
    if (wasConnected) this.losses++;
    this.#failures = wasConnected ? 0 : this.#failures + 1;
    this.#listener.onFailed(this, reason, wasConnected);
  }

  #isConnected(): boolean {
    return this.state === 'connected';
  }

  /** Until the connection ends, or the runtime does not say what containers it has. */
  async #watch(runtime: ContainerRuntime): Promise<void> {
    const listener = this.#listener;
    const listed = Promise.withResolvers<void>();
    const watched = runtime.watch({
      onReady: () => {
        this.state = 'connected';
        this.connections++;
        listener.onConnected(this);
        this.#list(runtime).then(listed.resolve, listed.reject);
      },
      onContainer: (key) => listener.onContainer(this, key),
      onRemoved: (id) => listener.onRemoved(this, id),
    });
    await Promise.race([watched, listed.promise.then(() => watched)]);
  }

  async #list(runtime: ContainerRuntime): Promise<void> {
    this.#listener.onListed(this, await runtime.list());
    this.#endFirstAttempt();
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const doubled = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LAST_PAUSE_MS);
    const timer = setTimeout(resolve, this.state === 'absent' ? ABSENT_PAUSE_MS : doubled);
    this.#endPause = resolve;
    this.#pausedSinceMs = performance.now();
    await promise;
    clearTimeout(timer);
  }
}
