/**
 * Containers that runtimes have to be asked about: each once at a time, few at once, urgent ones
 * first. A runtime may not know a container yet whose first process runs already, so that one that
 * is not found is asked for again while it is young.
 */

import type { ContainerEngine } from '@saker/core/state/container-engines.ts';
import type { ContainerKey } from './container-runtime.ts';
import type { RuntimeConnection } from './runtime-connection.ts';

/** Pauses after each attempt without a result: 4 s in all. Runtimes take 10 to 500 ms. */
const RETRY_PAUSES_MS: readonly number[] = [30, 60, 120, 250, 500, 1000, 2000];

export interface Lookup {
  readonly key: ContainerKey;
  /** The engine whose layout its cgroup has: asked first. */
  readonly engine: ContainerEngine | undefined;
  /** Asked alone: who told of the container. undefined: everybody is asked. */
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
  /** The container has changed since it was asked for. */
  again: boolean;
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
  readonly #onQuiet: (() => void)[] = [];

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Whether somebody waits for that container already. */
  isWanted(id: string): boolean {
    return this.#entries.get(id)?.lookup.isWanted === true;
  }

  /** Joins the lookup of the same container that is not over yet, if there is one. */
  add(lookup: Lookup): void {
    const pending = this.#entries.get(lookup.key.id);
    if (pending !== undefined) {
      this.#join(pending, lookup);
    } else if (this.#entries.size >= this.#options.pendingMax) {
      this.dropped++;
    } else {
      const entry: Entry = { lookup, attempts: 0, state: 'queued', again: false, timer: undefined };
      this.#entries.set(lookup.key.id, entry);
      this.#enqueue(entry);
    }
  }

  /** Asks now for those that wait for another attempt: there is somebody new to ask. */
  retryNow(): void {
    for (const entry of this.#entries.values()) {
      if (entry.state !== 'pausing') continue;
      clearTimeout(entry.timer);
      this.#enqueue(entry);
    }
  }

  /** Forgets all lookups; what is under way ends without effect. */
  cancelAll(): void {
    for (const { timer } of this.#entries.values()) clearTimeout(timer);
    this.#entries.clear();
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

  #join(entry: Entry, { only, isWanted }: Lookup): void {
    const { lookup, state } = entry;
    if (lookup.only !== only) lookup.only = undefined;
    const isNewlyWanted = isWanted && !lookup.isWanted;
    lookup.isWanted ||= isWanted;
    // Who tells of a container says that it has changed; who wants it says nothing new.
    const isChange = only !== undefined;
    if (state === 'asking') {
      entry.again ||= isChange;
    } else if (state === 'queued' && isNewlyWanted) {
      this.#background = this.#background.filter((queued) => queued !== entry);
      this.#enqueue(entry);
    } else if (state === 'pausing' && isChange) {
      clearTimeout(entry.timer);
      this.#enqueue(entry);
    }
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
      if (this.#isCurrent(entry)) onError(entry.lookup, error);
    }
    this.#asking--;
    if (this.#isCurrent(entry)) this.#finish(entry, found);
    this.#startNext();
    this.#tellQuiet();
  }

  #finish(entry: Entry, found: boolean): void {
    if (entry.again) {
      entry.again = false;
      this.#enqueue(entry);
      return;
    }
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
