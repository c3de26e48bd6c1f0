/**
 * Containers whose metadata was delivered, so that the same is not delivered again, and so that a
 * capture that begins later can have it too. Bounded; the one that is known longest makes room.
 */

/** As many as core's table of containers holds. */
const KNOWN_MAX = 16_384;
/** Of all texts together: some hundred containers with 2 KiB each are usual. */
const KNOWN_CHARS_MAX = 16 << 20;
/** Of containers that users say they have: of these nobody tells when they are gone. */
const KNOWN_OF_USERS_MAX = 1024;
/**
 * The last events of a container may still be on their way when its runtime has forgotten it: rules
 * shall see the names on them too.
 */
const REMOVAL_DELAY_MS = 5000;

export interface KnownContainer {
  readonly id: string;
  readonly json: string;
  /** Position of the engine in RUNTIME_ENGINES: the first is believed most. */
  readonly rank: number;
  /** Of the user whose runtime told it; undefined: the system's. */
  readonly uid: number | undefined;
  /** Path of the socket that it came from. */
  readonly socketPath: string;
  /** By the clock of the lookup. */
  readonly deliveredMs: number;
}

export class KnownContainers {
  /** Containers that made room for others. */
  evictions = 0;
  readonly #containers = new Map<string, KnownContainer>();
  /** Ids of those that users have, oldest first. */
  readonly #ofUsers = new Set<string>();
  readonly #removals = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #onRemoved: (container: KnownContainer) => void;
  #chars = 0;

  constructor(onRemoved: (container: KnownContainer) => void) {
    this.#onRemoved = onRemoved;
  }

  get size(): number {
    return this.#containers.size;
  }

  get(id: string): KnownContainer | undefined {
    return this.#containers.get(id);
  }

  values(): IterableIterator<KnownContainer> {
    return this.#containers.values();
  }

  /** Adds or replaces; a removal that was to come does not. */
  set(container: KnownContainer): void {
    this.#forget(container.id);
    while (this.#containers.size >= KNOWN_MAX || this.#chars >= KNOWN_CHARS_MAX) {
      const [oldest] = this.#containers.keys();
      if (oldest === undefined) break;
      this.#forget(oldest);
      this.evictions++;
    }
    this.#containers.set(container.id, container);
    this.#chars += container.json.length;
    if (container.uid !== undefined) this.#boundUsers(container.id);
  }

  /** The runtime has it no more: it goes in a while. */
  removeLater(id: string): void {
    if (!this.#containers.has(id) || this.#removals.has(id)) return;
    const timer = setTimeout(() => {
      const container = this.#containers.get(id);
      this.#forget(id);
      if (container !== undefined) this.#onRemoved(container);
    }, REMOVAL_DELAY_MS);
    this.#removals.set(id, timer);
  }

  /** Cancels the removals that are to come. */
  stop(): void {
    for (const timer of this.#removals.values()) clearTimeout(timer);
    this.#removals.clear();
  }

  #boundUsers(id: string): void {
    this.#ofUsers.add(id);
    if (this.#ofUsers.size <= KNOWN_OF_USERS_MAX) return;
    const [oldest] = this.#ofUsers;
    if (oldest === undefined) return;
    this.#ofUsers.delete(oldest);
    this.removeLater(oldest);
    this.evictions++;
  }

  #forget(id: string): void {
    this.#ofUsers.delete(id);
    clearTimeout(this.#removals.get(id));
    this.#removals.delete(id);
    this.#chars -= this.#containers.get(id)?.json.length ?? 0;
    this.#containers.delete(id);
  }
}
