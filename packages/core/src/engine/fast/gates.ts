/**
 * Which gates stand before the rules of an event type: by the operand that says something of the
 * most of them. Event types with the same rules, such as open and openat, share their gates.
 */

import { TEXT_SLOTS } from '../../base/text-table.ts';
import type { CompiledOperand } from '../operand.ts';
import {
  FILE_KEY,
  Gate,
  type NameTest,
  necessaryTest,
  PROGRAM_KEY,
  RULES_PER_WORD,
} from './gate.ts';
import type { GatedRules } from './generate.ts';
import type { Node } from './node.ts';
import type { VerdictCache } from './verdict-cache.ts';

interface TestedNode {
  readonly node: Node;
  readonly test: NameTest;
}

export class Gates {
  readonly #cache: VerdictCache;
  /** By operand and nodes: a gate holds a mask per text, which is worth having once. */
  readonly #gates = new Map<string, Gate>();

  constructor(cache: VerdictCache) {
    this.#cache = cache;
  }

  /** Undefined where neither the file's nor the program's name says anything of any condition. */
  before(nodes: readonly Node[]): GatedRules | undefined {
    const byKey = [FILE_KEY, PROGRAM_KEY].map((textKey) => ({
      textKey,
      tested: testedBy(nodes, textKey),
    }));
    const [best] = byKey.toSorted((left, right) => right.tested.length - left.tested.length);
    const operand = best && operandOf(nodes, best.textKey);
    if (best === undefined || operand === undefined || best.tested.length === 0) return undefined;
    const { text, extract } = operand;
    const gates = [];
    for (let from = 0; from < best.tested.length; from += RULES_PER_WORD) {
      const part = best.tested.slice(from, from + RULES_PER_WORD);
      const slots = text === undefined ? 0 : TEXT_SLOTS;
      const gate = this.#gate(best.textKey, part, slots);
      gates.push({ gate, nodes: part.map(({ node }) => node) });
    }
    return { textKey: best.textKey, text, extract, gates };
  }

  #gate(textKey: string, tested: readonly TestedNode[], slots: number): Gate {
    const key = `${textKey} ${tested.map(({ node }) => node.id).join(' ')}`;
    let gate = this.#gates.get(key);
    if (gate === undefined) {
      const tests = tested.map(({ test }) => test);
      gate = this.#cache.addGate(new Gate(tests, slots));
      this.#gates.set(key, gate);
    }
    return gate;
  }
}

function testedBy(nodes: readonly Node[], textKey: string): TestedNode[] {
  return nodes.flatMap((node) => {
    const test = necessaryTest(node, textKey);
    return test === undefined ? [] : [{ node, test }];
  });
}

/**
 * The operand with that key, from the first leaf that has it. Nodes are shared: each is looked at
 * once.
 */
function operandOf(
  nodes: readonly Node[],
  key: string,
  seen: Set<Node> = new Set(),
): CompiledOperand | undefined {
  for (const node of nodes) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === 'leaf' && node.comparison.left.key === key) return node.comparison.left;
    const items = node.kind === 'not' ? [node.item] : 'items' in node ? node.items : [];
    const operand = operandOf(items, key, seen);
    if (operand !== undefined) return operand;
  }
  return undefined;
}
