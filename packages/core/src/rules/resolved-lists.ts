/** Lists with the lists that their items name put in place. */

import type { NamedList } from '../lang/substitute.ts';
import type { ListEntry } from './collection.ts';

/**
 * Items of all lists together, after nesting, which can double them with every list. Lists of
 * addresses with some 100,000 items are in use.
 */
const ITEMS_MAX = 1_000_000;
/** Lists inside lists; the public rules have three levels. */
const NESTING_MAX = 100;

export class ResolvedLists {
  /** By name, in order of definition. */
  readonly all: ReadonlyMap<string, readonly string[]>;
  /** Lists that were cut off at the limit. */
  readonly cut: ReadonlySet<string>;
  readonly #entries: ReadonlyMap<string, ListEntry>;

  /** `previous`: what was resolved before, to give the same arrays for the same items. */
  constructor(entries: ReadonlyMap<string, ListEntry>, previous?: ResolvedLists) {
    this.#entries = entries;
    const resolver = new Resolver(entries);
    const all = new Map<string, readonly string[]>();
    for (const name of entries.keys()) {
      const items = resolver.resolve(name) ?? [];
      const before = previous?.all.get(name);
      all.set(name, before !== undefined && sameItems(before, items) ? before : items);
    }
    this.all = all;
    this.cut = resolver.cut;
  }

  get(name: string): readonly string[] | undefined {
    return this.all.get(name);
  }

  /**
   * The lists as Falco puts them into texts: an item that names a list defined before this one's
   * last change is replaced by that list's own items, one level deep. Beyond the limit names stay
   * names: this is for messages only.
   */
  forFalco(): NamedList[] {
    let left = ITEMS_MAX;
    const itemsFor = (list: ListEntry, item: string): readonly string[] => {
      const inner = this.#visibleFrom(list, item)?.items;
      if (inner === undefined || inner.length > left) return [item];
      left -= inner.length;
      return inner;
    };
    return [...this.#entries.values()].map((list) => ({
      name: list.name,
      items: list.items.flatMap((item) => itemsFor(list, item)),
    }));
  }

  /** Names of lists that other lists hold. */
  heldByOthers(): Set<string> {
    const names = new Set<string>();
    for (const list of this.#entries.values()) {
      for (const item of list.items) if (this.#visibleFrom(list, item)) names.add(item);
    }
    return names;
  }

  #visibleFrom(list: ListEntry, item: string): ListEntry | undefined {
    const named = this.#entries.get(item);
    return named !== undefined && named.index < list.visibility ? named : undefined;
  }
}

class Resolver {
  readonly cut = new Set<string>();
  readonly #entries: ReadonlyMap<string, ListEntry>;
  readonly #resolved = new Map<string, readonly string[]>();
  /** Lists around the one being resolved: a name among them is an item like any other. */
  readonly #open = new Set<string>();
  #left = ITEMS_MAX;

  constructor(entries: ReadonlyMap<string, ListEntry>) {
    this.#entries = entries;
  }

  resolve(name: string): readonly string[] | undefined {
    const known = this.#resolved.get(name);
    const entry = this.#entries.get(name);
    if (known !== undefined || entry === undefined || this.#open.has(name)) return known;
    if (this.#open.size >= NESTING_MAX) {
      this.cut.add(name);
      return undefined;
    }
    this.#open.add(name);
    const items = this.#itemsOf(entry);
    this.#open.delete(name);
    this.#resolved.set(name, items);
    return items;
  }

  #itemsOf(entry: ListEntry): readonly string[] {
    const items: string[] = [];
    for (const item of entry.items) {
      const inner = this.resolve(item) ?? [item];
      if (inner.length > this.#left) {
        this.cut.add(entry.name);
        break;
      }
      this.#left -= inner.length;
      for (const text of inner) items.push(text);
    }
    return items;
  }
}

function sameItems(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item, at) => item === right[at]);
}
