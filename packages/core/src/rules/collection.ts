/**
 * What the files say, merged: every list, macro and rule as it stands after all definitions,
 * appends and overrides so far. Entries are replaced and never changed, so whoever holds one can
 * tell by identity whether something happened to it.
 */

import { type SuggestWork, suggest, suggestWork } from '../base/suggest.ts';
import type { ItemContext } from './result/item-context.ts';
import type { Priority } from './rule.ts';
import type { SplicedText, TextOrigin } from './spliced-text.ts';
import type { PluginRequirement, Version } from './version.ts';

/**
 * `index` counts the definition, which is the order of everything; `visibility` the last change. A
 * macro sees the macros whose index is below its visibility, a list the lists.
 */
interface Ordered {
  readonly name: string;
  readonly context: ItemContext;
  readonly index: number;
  readonly visibility: number;
}

export interface ListEntry extends Ordered {
  readonly items: readonly string[];
}

export interface MacroEntry extends Ordered {
  readonly condition: SplicedText;
  readonly conditionContext: ItemContext;
}

/** A text or a sequence of them; '' for what is neither. */
export type ExceptionNode = ExceptionText | readonly ExceptionNode[];
export interface ExceptionText {
  readonly text: string;
  readonly origin: TextOrigin | undefined;
}

export interface ExceptionEntry {
  readonly name: string;
  readonly context: ItemContext;
  readonly fields: ExceptionNode;
  readonly comps: ExceptionNode;
  readonly values: readonly ExceptionNode[];
}

export interface RuleEntry extends Ordered {
  readonly conditionContext: ItemContext;
  readonly outputContext: ItemContext;
  readonly condition: SplicedText;
  readonly output: SplicedText;
  readonly description: string;
  readonly priority: Priority;
  readonly source: string;
  /** No catalogue of fields for it: the rule is kept for appends and left out of the set. */
  readonly unknownSource: boolean;
  /** Sorted, each once. */
  readonly tags: readonly string[];
  readonly exceptions: readonly ExceptionEntry[];
  readonly enabled: boolean;
  readonly capture: boolean;
  readonly captureDurationMs: number;
  readonly warnEventTypes: boolean;
  readonly skipIfUnknownFilter: boolean;
}

/** What an append or override changes: only the keys that it has. */
export interface RuleUpdate {
  readonly name: string;
  readonly context: ItemContext;
  /** Empty when the item does not say. */
  readonly source: string;
  readonly condition?: SplicedText | undefined;
  readonly output?: SplicedText | undefined;
  readonly description?: SplicedText | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly exceptions?: readonly ExceptionEntry[] | undefined;
  readonly priority?: Priority | undefined;
  readonly capture?: boolean | undefined;
  readonly captureDurationMs?: number | undefined;
  readonly enabled?: boolean | undefined;
  readonly warnEventTypes?: boolean | undefined;
  readonly skipIfUnknownFilter?: boolean | undefined;
}

/**
 * Items of all lists together, before lists inside lists are put in place. Lists of addresses with
 * some 100,000 items are in use; YAML aliases could otherwise multiply them without end.
 */
export const LIST_ITEMS_MAX = 1_000_000;

type Unordered<T> = Omit<T, 'index' | 'visibility'>;

export class Collection {
  /** By name, in order of definition. */
  readonly lists: Map<string, ListEntry> = new Map();
  readonly macros: Map<string, MacroEntry> = new Map();
  readonly rules: Map<string, RuleEntry> = new Map();
  readonly pluginRequirements: PluginRequirement[] = [];
  /** The newest one asked for. */
  requiredEngineVersion: Version | undefined;
  /** Names of items that were refused: that they are missing is not worth another message. */
  readonly refused: Set<string> = new Set();
  readonly #suggestWork: SuggestWork = suggestWork();
  #next = 0;
  #listItems = 0;

  /** "did you mean", for a name of one of the maps. */
  suggest(name: string, names: Iterable<string>): string | undefined {
    return suggest(name, names, this.#suggestWork);
  }

  /** Whether the list called `name` may have that many items. */
  hasRoomFor(name: string, items: number): boolean {
    const before = this.lists.get(name)?.items.length ?? 0;
    return this.#listItems - before + items <= LIST_ITEMS_MAX;
  }

  defineList(entry: Unordered<ListEntry>): void {
    this.#listItems += entry.items.length - (this.lists.get(entry.name)?.items.length ?? 0);
    this.lists.set(entry.name, { ...entry, ...this.#order(this.lists.get(entry.name)) });
  }

  defineMacro(entry: Unordered<MacroEntry>): void {
    this.macros.set(entry.name, { ...entry, ...this.#order(this.macros.get(entry.name)) });
  }

  defineRule(entry: Unordered<RuleEntry>): void {
    this.rules.set(entry.name, { ...entry, ...this.#order(this.rules.get(entry.name)) });
  }

  /**
   * A new definition takes the place of an earlier one. Appends and overrides are definitions of
   * the merged entry.
   */
  #order(previous: Ordered | undefined): Pick<Ordered, 'index' | 'visibility'> {
    const visibility = this.#next++;
    return { index: previous?.index ?? visibility, visibility };
  }
}
