/**
 * Metadata of containers, from the runtimes that run them. State knows from its control group that
 * a thread is in a container; name, image, labels and the rest are asked for here, beside the
 * events and without ever making them wait. What is found goes back as the text of a `container`
 * event, so that state takes it in the same way live and in replays.
 *
 * Runtimes tell what they start: usually the metadata is there before the container's first event.
 * `request` asks for what is not. docs/containers.md says what is read from which runtime.
 */

import { printable } from '@saker/core/base/byte-string.ts';
import type { ContainerEngine } from '@saker/core/state/container-engines.ts';
import type { ContainerDocument } from './container-document.ts';
import { containerKey, userOfCgroup } from './container-key.ts';
import { type ContainerKey, keyOf } from './container-runtime.ts';
import { formatContainer } from './container-text.ts';
import { KnownContainers } from './known-containers.ts';
import { type Lookup, LookupQueue } from './lookup-queue.ts';
import { openRuntime } from './open-runtime.ts';
import { type ConnectionState, RuntimeConnection } from './runtime-connection.ts';
import {
  ownerOfSocket,
  RUNTIME_ENGINES,
  type RuntimeEngine,
  type RuntimeSocket,
  runtimeSockets,
  userSockets,
} from './runtime-sockets.ts';
import { askUserRuntimes } from './user-runtimes.ts';

/** Lookups at the same time: runtimes answer one in some milliseconds, and have other work too. */
const CONCURRENCY = 8;
/** As many containers as a large host runs, when all are new at once. */
const PENDING_MAX = 4096;
/** For containers of users, who can make as many control groups as they like. */
const USER_CONCURRENCY = 2;
const USER_PENDING_MAX = 256;
/** How long nobody is asked again for a container that nobody knew. */
const FAILURE_TTL_MS = 60_000;
const FAILURES_MAX = 4096;
/** What was delivered so recently is on its way to who wants it. */
const ON_ITS_WAY_MS = 1000;
/** `start` waits no longer for the containers that run already. */
const START_TIMEOUT_MS = 2000;

export interface ContainerLookupOptions {
  /** Those that take part. */
  readonly engines: readonly ContainerEngine[];
  /** By engine; those that are absent use their usual ones. */
  readonly sockets: ReadonlyMap<RuntimeEngine, readonly string[]>;
  /** Labels with longer values are left out. */
  readonly labelLengthMax: number;
  readonly withSize: boolean;
  /** HOST_ROOT: where the host's root is mounted; "" when it is ours. */
  readonly hostRoot: string;
  /** Milliseconds, by any clock that does not go back. */
  readonly now: () => number;
  /** `json` is the data of an event `container`. Called again when something has changed. */
  readonly onMetadata: (json: string, id: string) => void;
  /** `json` is the data of an event `container_removed`: what was last known. */
  readonly onRemoved: (json: string, id: string) => void;
  readonly log: LookupLog;
}

export interface LookupLog {
  warning(message: string): void;
  info(message: string): void;
  debug(message: string): void;
}

export interface LookupStats {
  readonly requests: number;
  /** Documents that were handed out: new, changed, or wanted again. */
  readonly delivered: number;
  readonly removed: number;
  /** Containers that no runtime knew, after all attempts. */
  readonly notFound: number;
  /** Questions that ended in an error of a runtime. */
  readonly errors: number;
  readonly retries: number;
  /** Lookups that found no room. */
  readonly dropped: number;
  /** Labels, mounts, ports and ends of texts that did not fit. */
  readonly omitted: number;
  /** Lookups that are not over. */
  readonly pending: number;
  readonly known: number;
  /** Known containers that made room for others. */
  readonly evictions: number;
  readonly runtimes: readonly RuntimeStats[];
}

export interface RuntimeStats {
  readonly engine: RuntimeEngine;
  readonly socket: string;
  readonly state: ConnectionState;
  /** How often the connection was made, and lost. */
  readonly connections: number;
  readonly losses: number;
}

interface Answer {
  readonly socket: RuntimeSocket;
  readonly isWanted: boolean;
  /** Of the user whose runtime it is. */
  readonly uid?: number;
}

export class ContainerLookup {
  readonly #options: ContainerLookupOptions;
  readonly #connections: readonly RuntimeConnection[];
  /** Sockets in folders of users that the configuration names, by user. */
  readonly #userSockets = new Map<number, RuntimeSocket[]>();
  readonly #known: KnownContainers;
  readonly #queue: LookupQueue;
  readonly #userQueue: LookupQueue;
  /** Containers that nobody knew, with the time until which nobody is asked again. */
  readonly #failures = new Map<string, number>();
  #running: Promise<unknown> | undefined = undefined;
  #isStopped = false;
  #requests = 0;
  #delivered = 0;
  #removed = 0;
  #notFound = 0;
  #errors = 0;
  #omitted = 0;

  constructor(options: ContainerLookupOptions) {
    this.#options = options;
    this.#known = new KnownContainers(({ json, id }) => this.#onGone(json, id));
    this.#connections = this.#systemSockets().map((socket) => this.#connectionTo(socket));
    const outcome = {
      onError: ({ key }: Lookup, error: unknown) => this.#onError(key, error),
      onNotFound: (lookup: Lookup) => this.#onNotFound(lookup),
    };
    this.#queue = new LookupQueue({
      concurrency: CONCURRENCY,
      pendingMax: PENDING_MAX,
      ask: (lookup) => this.#ask(lookup),
      ...outcome,
    });
    this.#userQueue = new LookupQueue({
      concurrency: USER_CONCURRENCY,
      pendingMax: USER_PENDING_MAX,
      ask: (lookup) => this.#ask(lookup),
      ...outcome,
    });
  }

  /**
   * Connects to the runtimes, now and whenever they come back. Resolves when those that are there
   * have told of the containers that run, after 2 s at the latest.
   */
  async start(): Promise<void> {
    this.#running = Promise.all(this.#connections.map((connection) => connection.run()));
    const listed = Promise.all(this.#connections.map(({ firstAttempt }) => firstAttempt));
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, START_TIMEOUT_MS);
    const told = listed.then(() => (this.#hasRuntime ? this.#queue.quiet() : undefined));
    await Promise.race([late, told]);
    clearTimeout(timer);
  }

  get #hasRuntime(): boolean {
    return this.#connections.some(({ mayAnswer }) => mayAnswer);
  }

  /**
   * Whether there is anybody to tell about the container that the control group stands for.
   * Runtimes of users are looked for when they are needed.
   */
  mayAnswer(cgroupPath: string): boolean {
    return this.#hasRuntime || userOfCgroup(cgroupPath) !== undefined;
  }

  /** Nothing is delivered any more. Resolves when all connections are closed. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#queue.cancelAll();
    this.#userQueue.cancelAll();
    this.#known.stop();
    for (const connection of this.#connections) connection.stop();
    await this.#running;
  }

  /**
   * A thread is in a container whose metadata state does not have. Cheap when it was asked for
   * already. `cgroupPath` is the one that told, `engine` the one whose layout it has.
   */
  request(id: string, engine: ContainerEngine, cgroupPath: string): void {
    if (this.#isStopped) return;
    this.#requests++;
    const now = this.#options.now();
    const known = this.#known.get(id);
    if (known !== undefined && now - known.deliveredMs < ON_ITS_WAY_MS) return;
    if ((this.#failures.get(id) ?? 0) > now) return;
    const uid = userOfCgroup(cgroupPath);
    const queue = uid === undefined ? this.#queue : this.#userQueue;
    if (queue.isWanted(id)) return;
    this.#failures.delete(id);
    for (const connection of this.#connections) connection.wake();
    const key = containerKey(id, cgroupPath);
    queue.add({ key, engine, only: undefined, isWanted: true, uid });
  }

  /**
   * The data of a `container` event for each container that is known: for a capture's beginning.
   */
  known(): string[] {
    return Array.from(this.#known.values(), ({ json }) => json);
  }

  get stats(): LookupStats {
    return {
      requests: this.#requests,
      delivered: this.#delivered,
      removed: this.#removed,
      notFound: this.#notFound,
      errors: this.#errors,
      retries: this.#queue.retries + this.#userQueue.retries,
      dropped: this.#queue.dropped + this.#userQueue.dropped,
      omitted: this.#omitted,
      pending: this.#queue.size + this.#userQueue.size,
      known: this.#known.size,
      evictions: this.#known.evictions,
      runtimes: this.#connections.map(({ socket, state, connections, losses }) => ({
        engine: socket.engine,
        socket: socket.path,
        state,
        connections,
        losses,
      })),
    };
  }

  /** Sets those of users aside. */
  #systemSockets(): RuntimeSocket[] {
    return runtimeSockets(this.#options).filter((socket) => {
      const uid = ownerOfSocket(socket, this.#options.hostRoot);
      if (uid === undefined) return true;
      this.#userSockets.set(uid, [...(this.#userSockets.get(uid) ?? []), socket]);
      return false;
    });
  }

  #connectionTo(socket: RuntimeSocket): RuntimeConnection {
    const { log } = this.#options;
    const name = `container runtime ${socket.engine} at ${socket.path}`;
    const connection: RuntimeConnection = new RuntimeConnection(
      socket,
      (one) => this.#open(one),
      {
        onConnected: () => {
          log.info(`${name}: connected`);
          this.#failures.clear();
          this.#queue.retryNow();
        },
        onListed: (from, keys) => this.#onListed(from, keys),
        onContainer: (from, key) => this.#look(key, from),
        onRemoved: (from, id) => {
          if (this.#known.get(id)?.socketPath === from.socket.path) this.#known.removeLater(id);
        },
        onFailed: (_, reason, wasConnected) => {
          if (wasConnected) log.warning(`${name}: lost, connecting again: ${printable(reason)}`);
          else log.debug(`${name}: ${printable(reason)}`);
        },
      },
      (identity) => this.#isTaken(connection, identity),
    );
    return connection;
  }

  #open(socket: RuntimeSocket) {
    const { engines, withSize } = this.#options;
    return openRuntime(socket, { withSize }, engines);
  }

  #isTaken(connection: RuntimeConnection, identity: string): boolean {
    return this.#connections.some(
      (other) =>
        other !== connection &&
        other.socket.engine === connection.socket.engine &&
        other.identity === identity,
    );
  }

  #look(key: ContainerKey, only: RuntimeConnection): void {
    this.#queue.add({ key, engine: undefined, only, isWanted: false, uid: undefined });
  }

  #onListed(connection: RuntimeConnection, keys: readonly ContainerKey[]): void {
    const running = new Set(keys.map(({ id }) => id));
    for (const { id, socketPath } of this.#known.values()) {
      if (socketPath === connection.socket.path && !running.has(id)) this.#known.removeLater(id);
    }
    for (const key of keys) this.#look(key, connection);
  }

  /** Those that the user runs come last. */
  async #ask(lookup: Lookup): Promise<boolean> {
    const { key, uid } = lookup;
    let failure: Error | undefined;
    for (const connection of this.#whomToAsk(lookup)) {
      try {
        const document = await connection.find(key);
        if (document === undefined) continue;
        this.#accept(document, { socket: connection.socket, isWanted: lookup.isWanted });
        this.#lookForSandbox(document, connection);
        return true;
      } catch (error) {
        // Another one may know it: the error counts when none does.
        failure = error instanceof Error ? error : new Error(String(error));
      }
    }
    if (uid !== undefined && (await this.#askUser(uid, key))) return true;
    if (failure !== undefined) throw failure;
    return false;
  }

  /** The engine whose layout the cgroup has, then all others in the order of their ranks. */
  #whomToAsk({ only, engine }: Lookup): readonly RuntimeConnection[] {
    if (only !== undefined) return [only];
    const isLikely = ({ socket }: RuntimeConnection) => socket.engine === engine;
    const others = this.#connections.filter((connection) => !isLikely(connection));
    return [...this.#connections.filter(isLikely), ...others];
  }

  async #askUser(uid: number, key: ContainerKey): Promise<boolean> {
    const configured = this.#userSockets.get(uid) ?? [];
    const usual = userSockets(this.#options, uid);
    const sockets = [...configured, ...usual.filter(({ engine }) => !this.#isConfigured(engine))];
    const open = (socket: RuntimeSocket) => this.#open(socket);
    const answer = await askUserRuntimes(sockets, uid, key, open);
    if (answer === undefined) return false;
    this.#accept(answer.document, { socket: answer.socket, isWanted: true, uid });
    return true;
  }

  /** Who names sockets means these and no others. */
  #isConfigured(engine: RuntimeEngine): boolean {
    return this.#options.sockets.has(engine);
  }

  #accept(document: ContainerDocument, { socket, isWanted, uid }: Answer): void {
    const { labelLengthMax, now, onMetadata } = this.#options;
    const { id } = document;
    const rank = RUNTIME_ENGINES.indexOf(socket.engine);
    const known = this.#known.get(id);
    const isLessBelieved =
      known !== undefined &&
      (uid === undefined
        ? known.uid === undefined && known.rank < rank && !isWanted
        : known.uid !== uid);
    if (this.#isStopped || isLessBelieved) return;
    const { json, omitted } = formatContainer(document, labelLengthMax);
    const isNew = known?.json !== json;
    const deliveredMs = now();
    this.#known.set({ id, json, rank, uid, socketPath: socket.path, deliveredMs });
    if (!isNew && !isWanted) return;
    this.#omitted += omitted;
    this.#delivered++;
    onMetadata(json, id);
  }

  /** Fields of a pod are those of its sandbox, which may have been there before us. */
  #lookForSandbox(document: ContainerDocument, connection: RuntimeConnection): void {
    const sandbox = keyOf(document.pod_sandbox_id);
    if (sandbox.id === '' || sandbox.id === document.id) return;
    if (this.#known.get(sandbox.id) === undefined) this.#look(sandbox, connection);
  }

  #onGone(json: string, id: string): void {
    this.#removed++;
    this.#options.onRemoved(json, id);
  }

  #onError({ id }: ContainerKey, error: unknown): void {
    this.#errors++;
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.log.debug(`container ${printable(id)}: ${printable(reason)}`);
  }

  #onNotFound({ key: { id }, isWanted }: Lookup): void {
    this.#notFound++;
    // One that its runtime told of and has deleted since: others were not asked.
    if (!isWanted) return;
    if (this.#failures.size >= FAILURES_MAX) this.#failures.clear();
    this.#failures.set(id, this.#options.now() + FAILURE_TTL_MS);
    this.#options.log.debug(`container ${printable(id)}: no runtime knows it`);
  }
}
