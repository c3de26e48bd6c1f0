/**
 * Conditions as a graph in which equal sub-expressions are one node, so that work can be shared
 * between rules. Nodes are made through `NodeTable`, which flattens, folds constants and finds the
 * existing node.
 */

import type { Comparison } from '../comparison.ts';

/**
 * For how long the truth of a node stays true:
 * - event: this event only;
 * - thread, lineage: while the thread (and its ancestry) does not change;
 * - text: for ever for the same string of the operand `textKey`.
 */
export type Lifetime = 'event' | 'thread' | 'lineage' | 'text';

export type Node = ConstantNode | LeafNode | NotNode | GroupNode;

interface NodeBase {
  /** Position in the table: nodes with equal ids are the same node. */
  readonly id: number;
  readonly lifetime: Lifetime;
  /** Key of the operand whose text decides, for lifetime text; else "". */
  readonly textKey: string;
  /** Rough price of evaluating it once, to try cheap ones first. */
  readonly cost: number;
}
export interface ConstantNode extends NodeBase {
  readonly kind: 'constant';
  readonly value: boolean;
}
export interface LeafNode extends NodeBase {
  readonly kind: 'leaf';
  readonly comparison: Comparison;
}
export interface NotNode extends NodeBase {
  readonly kind: 'not';
  readonly item: Node;
}
export interface GroupNode extends NodeBase {
  readonly kind: 'and' | 'or';
  readonly items: readonly Node[];
}

/**
 * What asking costs, roughly, first time and later times together. Cheap leaves read a number;
 * texts have few predicates that are true, so they end most conditions; what depends on the process
 * comes after them.
 */
const COSTS: Readonly<Record<Lifetime, number>> = { text: 2, thread: 3, lineage: 4, event: 12 };
const CHEAP_COST = 1;

export class NodeTable {
  readonly #byKey = new Map<string, Node>();
  readonly true: ConstantNode;
  readonly false: ConstantNode;

  constructor() {
    this.false = this.#constant(false);
    this.true = this.#constant(true);
  }

  constant(value: boolean): ConstantNode {
    return value ? this.true : this.false;
  }

  leaf(comparison: Comparison): Node {
    const lifetime = lifetimeOf(comparison);
    const textKey = lifetime === 'text' ? comparison.left.key : '';
    const cost = lifetime === 'event' && comparison.left.cheap ? CHEAP_COST : COSTS[lifetime];
    return this.#shared(`leaf ${comparison.key}`, (id) => {
      return { kind: 'leaf', id, lifetime, textKey, cost, comparison };
    });
  }

  not(item: Node): Node {
    if (item.kind === 'constant') return this.constant(!item.value);
    if (item.kind === 'not') return item.item;
    const { lifetime, textKey, cost } = item;
    return this.#shared(`not ${item.id}`, (id) => {
      return { kind: 'not', id, lifetime, textKey, cost, item };
    });
  }

  /**
   * Items that live equally long are put together first, so that the cache holds one verdict for
   * all of them.
   */
  group(kind: 'and' | 'or', items: readonly Node[]): Node {
    const flat = this.#flatten(kind, items);
    if (flat === undefined) return this.constant(kind === 'or');
    const byLifetime = new Map<string, Node[]>();
    for (const item of flat) {
      const key =
        item.lifetime === 'event' ? `event ${item.id}` : `${item.lifetime} ${item.textKey}`;
      const same = byLifetime.get(key);
      if (same === undefined) byLifetime.set(key, [item]);
      else same.push(item);
    }
    const parts = [...byLifetime.values()].map((same) => this.#uniform(kind, same));
    if (parts.length === 0) return this.constant(kind === 'and');
    return this.#uniform(kind, parts);
  }

  /** The distinct items that matter; undefined when a constant decides the whole. */
  #flatten(kind: 'and' | 'or', items: readonly Node[]): Set<Node> | undefined {
    const flat = new Set<Node>();
    for (const item of items) {
      if (item.kind === 'constant') {
        if (item.value === (kind === 'or')) return undefined;
      } else {
        for (const inner of unwrapped(kind, item)) flat.add(inner);
      }
    }
    return flat;
  }

  #uniform(kind: 'and' | 'or', items: readonly Node[]): Node {
    const [first] = items;
    if (first !== undefined && items.length === 1) return first;
    const sorted = items.toSorted((left, right) => left.cost - right.cost || left.id - right.id);
    const lifetime = commonLifetime(sorted);
    const textKey = lifetime === 'text' ? (first?.textKey ?? '') : '';
    const cost =
      lifetime === 'event' ? sorted.reduce((sum, item) => sum + item.cost, 0) : COSTS[lifetime];
    return this.#shared(`${kind} ${sorted.map((item) => item.id).join(' ')}`, (id) => {
      return { kind, id, lifetime, textKey, cost, items: sorted };
    });
  }

  #constant(value: boolean): ConstantNode {
    const id = this.#byKey.size;
    const node: ConstantNode = {
      kind: 'constant',
      id,
      lifetime: 'thread',
      textKey: '',
      cost: 0,
      value,
    };
    this.#byKey.set(`constant ${value}`, node);
    return node;
  }

  #shared(key: string, make: (id: number) => Node): Node {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const node = make(this.#byKey.size);
    this.#byKey.set(key, node);
    return node;
  }
}

/**
 * The items of a group of the same kind; such a group may hold groups put together by lifetime, of
 * the same kind again.
 */
function unwrapped(kind: 'and' | 'or', node: Node): readonly Node[] {
  if (node.kind !== kind) return [node];
  return node.items.flatMap((item) => (item.kind === kind ? item.items : [item]));
}

function lifetimeOf(comparison: Comparison): Lifetime {
  if (comparison.left.text !== undefined && comparison.constant !== undefined) return 'text';
  return comparison.scope === 'moment' ? 'event' : comparison.scope;
}

function commonLifetime(items: readonly Node[]): Lifetime {
  const [first] = items;
  if (first === undefined) return 'event';
  const same = items.every(
    (item) => item.lifetime === first.lifetime && item.textKey === first.textKey,
  );
  return same ? first.lifetime : 'event';
}
