/**
 * Hot at `maskOf`. Which rules a path alone rules out. Most opens are of files that no rule is about; what the name says is
 * worked out once per distinct name, as one bit per rule, and an open of a known name then costs one load.
 *
 * A rule's bit comes from its condition with everything that does not depend on the name replaced by "may be either". So a bit
 * may be set without need, never missing: where it is clear the rule is false, whatever the rest of the event.
 * Benchmark: rules in bench/.
 */

import type { ByteString } from '../../base/host.ts';
import { NO_SLOT, TEXT_SLOTS, type Text } from '../../base/text-table.ts';
import type { LeafNode, Node } from './node.ts';

/** Bits of a word that stand for rules; the one above them says that the word is known. */
export const RULES_PER_WORD = 30;
const KNOWN = 1 << RULES_PER_WORD;
const ALL_RULES = KNOWN - 1;

/** Unknown: the name says nothing. */
type NameTest = ((name: ByteString) => boolean) | undefined;

export class Gate {
  readonly #tests: readonly ((name: ByteString) => boolean)[];
  readonly #masks = new Int32Array(TEXT_SLOTS);

  constructor(tests: readonly ((name: ByteString) => boolean)[]) {
    this.#tests = tests;
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

  /** Slots have been given to other texts. */
  clear(): void {
    this.#masks.fill(0);
  }

  #decide(name: ByteString): number {
    const tests = this.#tests;
    let mask = 0;
    for (let rule = 0; rule < tests.length; rule++) {
      if (tests[rule]?.(name) === true) mask |= 1 << rule;
    }
    return mask;
  }
}

/** What the text with that key has to be for the node to be true; undefined when the text says nothing. */
export function necessaryTest(node: Node, textKey: string): NameTest {
  return approximate(node, textKey, true);
}

/**
 * A test that is true whenever the node may be true (`over`), or false whenever the node may be false: the one that a `not`
 * above it needs.
 */
function approximate(node: Node, textKey: string, over: boolean): NameTest {
  switch (node.kind) {
    case 'constant':
      return () => node.value;
    case 'leaf':
      return leafTest(node, textKey, over);
    case 'not': {
      const item = approximate(node.item, textKey, !over);
      return item === undefined ? undefined : (name) => !item(name);
    }
    case 'and':
    case 'or': {
      const tests = node.items.map((item) => approximate(item, textKey, over));
      const known = tests.filter((test) => test !== undefined);
      // What says nothing counts as true below `over` and as false otherwise: it decides an `or` or an `and`, else it drops out.
      const decides = (node.kind === 'or') === over;
      if (known.length === 0 || (decides && known.length < tests.length)) return undefined;
      return node.kind === 'and'
        ? (name) => known.every((test) => test(name))
        : (name) => known.some((test) => test(name));
    }
  }
}

function leafTest({ comparison }: LeafNode, textKey: string, over: boolean): NameTest {
  const { constant, left } = comparison;
  if (constant === undefined) return undefined;
  const { test } = constant;
  if (left.key === textKey && left.text !== undefined) {
    const { ofText } = left;
    return ofText === undefined ? test : (name) => test(ofText(name));
  }
  // The value follows from the name where there is one, but there may be none: enough for `over` only.
  const implied = left.field?.impliedByName;
  if (implied === undefined || !over) return undefined;
  return (name) => implied(name).some((value) => test(value));
}
