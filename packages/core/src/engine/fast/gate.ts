/**
 * Hot. Which rules a name alone rules out. Most opens are of files that no rule is about, most
 * programs that start are in no rule's list; what the name says is worked out once per distinct
 * name, as one bit per rule, and an event with a known name then costs one load.
 *
 * A rule's bit comes from its condition with everything that does not depend on the name replaced
 * by "may be either". So a bit may be set without need, never missing: where it is clear the rule
 * is false, whatever the rest of the event. Benchmark: rules in bench/.
 */

import type { ByteString } from '../../base/host.ts';
import { directoryPart, filePart } from '../../base/paths.ts';
import { NO_SLOT, type Text } from '../../base/text-table.ts';
import type { Comparison } from '../comparison.ts';
import { hasResult } from '../has-result.ts';
import { type NameHint, NameIndex, NO_NAMES } from './name-index.ts';
import type { GroupNode, LeafNode, Node } from './node.ts';

/** Bits of a word that stand for rules; the one above them says that the word is known. */
export const RULES_PER_WORD = 30;
const KNOWN = 1 << RULES_PER_WORD;
const ALL_RULES = KNOWN - 1;

/** The operands by whose value rules may be left out. */
export const FILE_KEY = 'fd.name';
export const PROGRAM_KEY = 'proc.name';
/** Masks that are kept of names that have no slot: programs have few names. */
const NAMES_MAX = 4096;

/** A name and its parts, taken apart once for all rules. */
export interface NameParts {
  readonly name: ByteString;
  readonly directory: ByteString;
  readonly filename: ByteString;
}

type PartsTest = (parts: NameParts) => boolean;

/** What has to be true of the name. */
export interface NameTest {
  readonly test: PartsTest;
  /** Only names like that can pass; undefined: any. */
  readonly hint: NameHint | undefined;
}

/** Tests of rules that one word has bits for. */
export class Gate {
  readonly #tests: readonly NameTest[];
  readonly #index = new NameIndex();
  readonly #masks: Int32Array;
  readonly #masksByName = new Map<ByteString, number>();

  /** `slots`: how many slots of texts there are; 0 for names that are not interned. */
  constructor(tests: readonly NameTest[], slots: number) {
    this.#tests = tests;
    this.#masks = new Int32Array(slots);
    tests.forEach(({ hint }, rule) => {
      this.#index.add(1 << rule, hint);
    });
  }

  /** Bit i: the i-th gated rule may match. `slot` is the text's, valid now. */
  maskOf(text: Text | undefined, slot: number): number {
    if (text === undefined) return ALL_RULES;
    if (slot === NO_SLOT) return this.#decide(text.string);
    const mask = this.#masks[slot] ?? 0;
    if (mask !== 0) return mask & ALL_RULES;
    const decided = this.#decide(text.string);
    this.#masks[slot] = decided | KNOWN;
    return decided;
  }

  /** The same for a name that is not interned. */
  maskOfName(name: unknown): number {
    if (typeof name !== 'string') return ALL_RULES;
    let mask = this.#masksByName.get(name);
    if (mask === undefined) {
      mask = this.#decide(name);
      if (this.#masksByName.size >= NAMES_MAX) this.#masksByName.clear();
      this.#masksByName.set(name, mask);
    }
    return mask;
  }

  /** Slots have been given to other texts. */
  clear(): void {
    this.#masks.fill(0);
  }

  #decide(name: ByteString): number {
    const parts = { name, directory: directoryPart(name), filename: filePart(name) };
    let candidates = this.#index.candidates(name, parts.filename);
    let mask = 0;
    while (candidates !== 0) {
      const rule = 31 - Math.clz32(candidates);
      candidates &= ~(1 << rule);
      if (this.#tests[rule]?.test(parts) === true) mask |= 1 << rule;
    }
    return mask;
  }
}

/**
 * What the name has to be for the node to be true; undefined when it says nothing. `nameKey` is the
 * key of its operand.
 */
export function necessaryTest(node: Node, nameKey: string): NameTest | undefined {
  return approximate(node, nameKey, true);
}

/**
 * A test that is true whenever the node may be true (`over`), or false whenever the node may be
 * false: the one that a `not` above it needs.
 */
function approximate(node: Node, nameKey: string, over: boolean): NameTest | undefined {
  switch (node.kind) {
    case 'constant':
      return { test: () => node.value, hint: undefined };
    case 'leaf':
      return leafTest(node, nameKey, over);
    case 'not': {
      const item = approximate(node.item, nameKey, !over);
      return item && { test: (parts) => !item.test(parts), hint: undefined };
    }
    case 'and':
    case 'or':
      return groupTest(node, nameKey, over);
  }
}

function groupTest(node: GroupNode, nameKey: string, over: boolean): NameTest | undefined {
  const tests = node.items.map((item) => approximate(item, nameKey, over));
  const known = tests.filter((test) => test !== undefined);
  // What says nothing counts as true below `over` and as false otherwise: it decides an `or` or an
  // `and`, else it drops out.
  const decides = (node.kind === 'or') === over;
  if (known.length === 0 || (decides && known.length < tests.length)) return undefined;
  const hints = known.map(({ hint }) => hint);
  const each = known.map(({ test }) => test);
  const [only] = each;
  if (only !== undefined && each.length === 1) return { test: only, hint: hints[0] };
  return node.kind === 'and'
    ? { test: (parts) => !hasResult(each, parts, false), hint: shortest(hints) }
    : { test: (parts) => hasResult(each, parts, true), hint: union(hints) };
}

type Hint = NameHint | undefined;

function countOf({ heads, names, directories, filenames }: NameHint): number {
  return heads.length + names.length + directories.length + filenames.length;
}

/** Of an `and` every hint holds: the one with the fewest names is taken. */
function shortest(hints: readonly Hint[]): Hint {
  return hints
    .filter((hint) => hint !== undefined)
    .toSorted((left, right) => countOf(left) - countOf(right))[0];
}

function union(hints: readonly Hint[]): Hint {
  const known = hints.filter((hint) => hint !== undefined);
  if (known.length < hints.length) return undefined;
  return {
    heads: known.flatMap(({ heads }) => heads),
    names: known.flatMap(({ names }) => names),
    directories: known.flatMap(({ directories }) => directories),
    filenames: known.flatMap(({ filenames }) => filenames),
  };
}

function leafTest({ comparison }: LeafNode, nameKey: string, over: boolean): NameTest | undefined {
  const { constant, left } = comparison;
  if (constant === undefined || left.quantifier !== undefined || left.list) return undefined;
  const { test } = constant;
  if (left.key === nameKey) {
    return { test: ({ name }) => test(name), hint: hintOf(comparison, 'names') };
  }
  // The value follows from the name where there is one, but there may be none: enough for `over`
  // only.
  const part = over && nameKey === FILE_KEY ? left.field?.partOfName : undefined;
  if (part === 'directory') {
    return {
      test: ({ directory, name }) => test(directory) || test(name),
      hint: hintOf(comparison, 'directories'),
    };
  }
  if (part === 'filename') {
    return { test: ({ filename }) => test(filename), hint: hintOf(comparison, 'filenames') };
  }
  return undefined;
}

/** What the literals of a comparison say of a name that passes. */
function hintOf({ expr, constant }: Comparison, kind: 'names' | 'directories' | 'filenames'): Hint {
  if (expr.kind === 'exists' || expr.modifier !== undefined) return undefined;
  const literals = constant?.items.filter((item) => typeof item === 'string') ?? [];
  switch (expr.operator) {
    case '=':
    case 'in':
    case 'intersects':
      return { ...NO_NAMES, [kind]: literals };
    case 'startswith':
      return headHint(literals, kind);
    case 'glob': {
      return headHint(
        literals.map((pattern) => pattern.replace(/[*?[\\].*$/s, '')),
        kind,
      );
    }
    default:
      return undefined;
  }
}

/**
 * A name begins as its directory does, unless it has no "/" at all: then its directory is the root.
 * Of a file name no place in the name is known.
 */
function headHint(heads: readonly ByteString[], kind: 'names' | 'directories' | 'filenames'): Hint {
  if (kind === 'filenames' || heads.includes('')) return undefined;
  const directories = kind === 'directories' && heads.includes('/') ? ['/'] : [];
  return { ...NO_NAMES, heads, directories };
}
