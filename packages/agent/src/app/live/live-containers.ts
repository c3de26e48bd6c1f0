/**
 * Containers of live detection: state says which it sees, runtimes are asked about them, and what
 * they tell becomes an event, which updates state and which rules and captures see.
 */

import { toText } from '@saker/core/base/byte-string.ts';
import type { ByteString } from '@saker/core/base/host.ts';
import type { ContainerMatch } from '@saker/core/state/container-engines.ts';
import type { SystemState } from '@saker/core/state/system-state.ts';
import type { ContainersConfig } from '../../config/config.ts';
import { type ContainerEventName, encodeContainerEvent } from '../../enrich/container-event.ts';
import {
  ContainerLookup,
  type LookupLog,
  type LookupStats,
} from '../../enrich/container-lookup.ts';
import type { ProcTree } from '../../sources/proc/proc-tree.ts';
import { ContainerAccounts } from './container-accounts.ts';

export interface LiveContainersOptions {
  readonly config: ContainersConfig;
  readonly hostRoot: string;
  readonly log: LookupLog;
  /** Takes the record of an event, between two batches of the sensor's. */
  readonly onRecord: (record: Uint8Array<ArrayBuffer>) => void;
  /** What there is to know of the container is known now. */
  readonly onKnown: (id: string) => void;
}

/** Containers that are remembered as new: with what is forgotten, alerts do not wait for names. */
const NEW_MAX = 4096;
/** The list of what runs already is waited for so long before the first event is looked at. */
const START_MS = 250;
const NS_PER_MS = 1_000_000n;

export class LiveContainers {
  readonly #options: LiveContainersOptions;
  readonly #lookup: ContainerLookup | undefined;
  /** When a container without metadata was first seen, by id. */
  readonly #seenMs = new Map<string, number>();
  #state: SystemState | undefined = undefined;
  #accounts: ContainerAccounts | undefined = undefined;

  constructor(options: LiveContainersOptions) {
    this.#options = options;
    const { config, hostRoot, log } = options;
    if (config.staticContainer !== undefined) {
      this.#lookup = undefined;
      return;
    }
    this.#lookup = new ContainerLookup({
      engines: config.engines,
      sockets: config.sockets,
      labelLengthMax: config.labelLengthMax,
      withSize: config.withSize,
      hostRoot,
      now: () => performance.now(),
      onMetadata: (json, id) => this.#onMetadata(json, id),
      onRemoved: (json, id) => {
        this.#accounts?.forget(id);
        this.#tell(json, 'container_removed');
      },
      log,
    });
  }

  get stats(): LookupStats | undefined {
    return this.#lookup?.stats;
  }

  /** Containers whose users and groups were not looked for, because too many were new. */
  get accountsDropped(): number {
    return this.#accounts?.dropped ?? 0;
  }

  /** To be called before state sees anything. */
  watch(state: SystemState, tree: ProcTree): void {
    this.#state = state;
    const { onRecord } = this.#options;
    this.#accounts = new ContainerAccounts({ state, tree, onRecord });
  }

  /** `tick` is to be called soon. */
  isLooking(nowMs: number): boolean {
    return this.#accounts?.isLooking(nowMs) === true;
  }

  tick(nowMs: number): void {
    this.#accounts?.tick(nowMs);
  }

  /** For state: a control group stands for a container. */
  onMatch({ engine, id }: ContainerMatch, cgroup: ByteString): void {
    const nowMs = performance.now();
    this.#accounts?.expect(id, nowMs);
    if (this.#state?.containers.get(id) !== undefined) return;
    const lookup = this.#lookup;
    if (lookup === undefined) return;
    const path = toText(cgroup);
    // Where nobody can tell a name, no alert waits for it.
    if (!this.#seenMs.has(id) && lookup.mayAnswer(path)) {
      if (this.#seenMs.size >= NEW_MAX) this.#seenMs.clear();
      this.#seenMs.set(id, nowMs);
    }
    lookup.request(toText(id), engine, path);
  }

  /** Whether the name of the container may still come, soon enough for an alert to wait for it. */
  isAwaited(id: string): boolean {
    if (this.#lookup === undefined || this.#state?.containers.get(id) !== undefined) return false;
    const seenMs = this.#seenMs.get(id);
    return seenMs !== undefined && performance.now() - seenMs < this.#options.config.waitMs;
  }

  /** Connects to the runtimes, and gives them a moment to tell what runs. */
  async start(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, START_MS);
    await Promise.race([late, this.#lookup?.start()]);
    clearTimeout(timer);
    // Those that the machine had are waited for from now on, when their first events are looked at.
    const nowMs = performance.now();
    for (const id of this.#seenMs.keys()) this.#seenMs.set(id, nowMs);
  }

  async stop(): Promise<void> {
    await this.#lookup?.stop();
  }

  #onMetadata(json: string, id: string): void {
    this.#tell(json, 'container');
    this.#seenMs.delete(id);
    this.#options.onKnown(id);
  }

  #tell(json: string, name: ContainerEventName): void {
    const time = BigInt(Date.now()) * NS_PER_MS;
    this.#options.onRecord(encodeContainerEvent(json, time, name));
  }
}
