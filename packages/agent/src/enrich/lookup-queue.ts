/**
 * Containers that runtimes have to be asked about: each once at a time, few at once, urgent ones
 * first. A runtime may not know a container yet whose first process runs already, so that one that
 * is not found is asked for again while it is young.
 */

import type { ContainerKey } from './container-runtime.ts';
import type { RuntimeConnection } from './runtime-connection.ts';

/** Pauses after each attempt without a result: 4 s in all. Runtimes take 10 to 500 ms. */
const RETRY_PAUSES_MS: readonly number[] = [30, 60, 120, 250, 500, 1000, 2000];

export interface Lookup {
  readonly key: ContainerKey;
  /** Asked first or alone: who told of the container. undefined: everybody is asked. */
  only: RuntimeConnection | undefined;
  /** Somebody lacks the metadata now: it is delivered even if it was before. */
  isWanted: boolean;
  /** User in whose slice the container runs. */
  readonly uid: number | undefined;
}

export interface QueueOptions {
  /** Lookups under way at the same time. */
  readonly concurrency: number;
  /** Lookups that wait, are under way or wait for another attempt; others are dropped. */
  readonly pendingMax: number;
  /** Whether it was found. An error counts as no. */
  readonly ask: (lookup: Lookup) => Promise<boolean>;
  readonly onError: (lookup: Lookup, error: unknown) => void;
  /** After the last attempt. */
  readonly onNotFound: (lookup: Lookup) => void;
}

interface Entry {
  readonly lookup: Lookup;
  attempts: number;
  state: 'queued' | 'asking' | 'pausing';
  timer: ReturnType<typeof setTimeout> | undefined;
}

export class LookupQueue {
  /** Lookups that found no room. */
  dropped = 0;
  /** Attempts beyond the first. */
  retries = 0;
  readonly #options: QueueOptions;
  readonly #entries = new Map<string, Entry>();
  #urgent: Entry[] = [];
  #background: Entry[] = [];
  #asking = 0;
  #onQuiet: (() => void)[] = [];

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The lookup of that id that is not over yet. */
  get(id: string): Lookup | undefined {
    return this.#entries.get(id)?.lookup;
  }

  /** A lookup of an id that has none. False: there is no room. */
  add(lookup: Lookup): boolean {
    if (this.#entries.size >= this.#options.pendingMax) {
      this.dropped++;
      return false;
    }
    const entry: Entry = { lookup, attempts: 0, state: 'queued', timer: undefined };
    this.#entries.set(lookup.key.id, entry);
    this.#enqueue(entry);
    return true;
  }

  /** Asks now for those that wait for another attempt: there is somebody new to ask. */
  retryNow(): void {
    for (const entry of this.#entries.values()) {
      if (entry.state !== 'pausing') continue;
      clearTimeout(entry.timer);
      this.#enqueue(entry);
    }
  }

  /** Forgets the lookup, whatever its state; what is under way ends without effect. */
  cancel(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    clearTimeout(entry.timer);
    this.#entries.delete(id);
  }

  cancelAll(): void {
    for (const id of [...this.#entries.keys()]) this.cancel(id);
    this.#urgent = [];
    this.#background = [];
    this.#tellQuiet();
  }

  /** Resolves when nothing is queued or under way: what remains waits for another attempt. */
  quiet(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onQuiet.push(resolve);
    this.#tellQuiet();
    return promise;
  }

  #enqueue(entry: Entry): void {
    entry.state = 'queued';
    (entry.lookup.isWanted ? this.#urgent : this.#background).push(entry);
    this.#startNext();
  }

  #startNext(): void {
    while (this.#asking < this.#options.concurrency) {
      const entry = this.#urgent.shift() ?? this.#background.shift();
      if (entry === undefined) return;
      if (this.#isCurrent(entry)) void this.#attempt(entry);
    }
  }

  /** Never rejects: errors are told. */
  async #attempt(entry: Entry): Promise<void> {
    const { ask, onError } = this.#options;
    entry.state = 'asking';
    entry.attempts++;
    this.#asking++;
    let found = false;
    try {
      found = await ask(entry.lookup);
    } catch (error) {
      onError(entry.lookup, error);
    }
    this.#asking--;
    if (this.#isCurrent(entry)) this.#finish(entry, found);
    this.#startNext();
    this.#tellQuiet();
  }

  #finish(entry: Entry, found: boolean): void {
    const pauseMs = RETRY_PAUSES_MS[entry.attempts - 1];
    if (found || pauseMs === undefined) {
      this.#entries.delete(entry.lookup.key.id);
      if (!found) this.#options.onNotFound(entry.lookup);
      return;
    }
    this.retries++;
    entry.state = 'pausing';
    entry.timer = setTimeout(() => this.#enqueue(entry), pauseMs);
  }

  #isCurrent(entry: Entry): boolean {
    return this.#entries.get(entry.lookup.key.id) === entry;
  }

  #tellQuiet(): void {
    if (this.#asking > 0 || this.#urgent.length + this.#background.length > 0) return;
    for (const resolve of this.#onQuiet.splice(0)) resolve();
  }
}
