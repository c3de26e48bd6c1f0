/**
 * Which event types a condition can match, from its checks on `evt.type` alone: for what is said
 * about rules (that one can never match, or looks at too many events; descriptions, the search for
 * events that a rule is explained with) and for choosing the system calls to capture. It does not
 * decide which rules an event runs: for that the engine folds whole conditions for each type, see
 * engine/fast/fold.ts. The set may be too large and is never too small.
 *
 * Checks on the type give a set, other checks give all; `and` intersects, `or` unites, `not` is
 * pushed down to the checks, where it turns sets round and leaves "all" as it is.
 */

import type { CompareExpr, ExistsExpr, Expr, Operand } from '../lang/ast.ts';

/** The event types there are: numbers below `size`, as the event table has them. */
export interface EventTypeIndex {
  readonly size: number;
  /**
   * Numbers of the types called `name`; a system call without a type of its own has the generic
   * ones.
   */
  named(name: string): Iterable<number>;
  /** Types that stand for several names: to have another name is not to have another type. */
  readonly shared: ReadonlySet<number>;
}

/** A set of event types: one bit each. */
export type EventTypeSet = Uint32Array<ArrayBuffer>;

export function hasEventType(set: EventTypeSet, type: number): boolean {
  return ((set[type >>> 5] ?? 0) & (1 << (type & 31))) !== 0;
}

export function countEventTypes(set: EventTypeSet): number {
  let count = 0;
  for (let word of set) {
    for (; word !== 0; word &= word - 1) count++;
  }
  return count;
}

/** All members, ascending. */
export function eventTypesIn(set: EventTypeSet): number[] {
  const types: number[] = [];
  for (let type = 0; type < set.length * 32; type++) if (hasEventType(set, type)) types.push(type);
  return types;
}

/** Works out sets for conditions that share macros: each macro is looked at once per polarity. */
export class EventTypeAnalysis {
  readonly #index: EventTypeIndex;
  readonly #macro: (name: string) => Expr | undefined;
  readonly #all: EventTypeSet;
  readonly #macros = new Map<string, EventTypeSet>();

  constructor(index: EventTypeIndex, macro: (name: string) => Expr | undefined) {
    this.#index = index;
    this.#macro = macro;
    this.#all = this.#empty();
    for (let type = 0; type < index.size; type++) addType(this.#all, type);
  }

  /** The set may be shared: it must not be changed. */
  of(expr: Expr): EventTypeSet {
    return this.#of(expr, false);
  }

  #of(expr: Expr, negated: boolean): EventTypeSet {
    switch (expr.kind) {
      case 'and':
      case 'or': {
        const intersects = (expr.kind === 'and') !== negated;
        const sets = expr.items.map((item) => this.#of(item, negated));
        return intersects ? this.#intersection(sets) : this.#union(sets);
      }
      case 'not':
        return this.#of(expr.item, !negated);
      case 'macro':
        return this.#ofMacro(expr.name, negated);
      case 'exists':
        return this.#ofExists(expr, negated);
      case 'compare':
        return this.#ofCompare(expr, negated);
    }
  }

  #ofMacro(name: string, negated: boolean): EventTypeSet {
    const key = `${negated ? '!' : ''}${name}`;
    const known = this.#macros.get(key);
    if (known !== undefined) return known;
    const expr = this.#macro(name);
    // A macro that refers to itself is an error elsewhere; here it must only end.
    this.#macros.set(key, this.#all);
    const set = expr === undefined ? this.#all : this.#of(expr, negated);
    this.#macros.set(key, set);
    return set;
  }

  #ofExists({ left }: ExistsExpr, negated: boolean): EventTypeSet {
    return negated && isEventType(left) ? this.#empty() : this.#all;
  }

  #ofCompare(compare: CompareExpr, negated: boolean): EventTypeSet {
    const constant = constantOf(compare);
    if (constant !== undefined) return constant === negated ? this.#empty() : this.#all;
    const names = isEventType(compare.left) ? namesIn(compare) : undefined;
    if (names === undefined || (negated && isStricter(compare))) return this.#all;
    const set = this.#empty();
    for (const name of names) for (const type of this.#index.named(name)) addType(set, type);
    return (compare.operator === '!=') === negated ? set : this.#complement(set);
  }

  #empty(): EventTypeSet {
    return new Uint32Array((this.#index.size + 31) >>> 5);
  }

  /** The types that can have a name other than those whose types are in `set`. */
  #complement(set: EventTypeSet): EventTypeSet {
    const others = this.#all.map((word, at) => word & ~(set[at] ?? 0));
    for (const type of this.#index.shared) addType(others, type);
    return others;
  }

  #intersection(sets: readonly EventTypeSet[]): EventTypeSet {
    let result = this.#all;
    for (const set of sets) {
      if (set === this.#all) continue;
      result = result === this.#all ? set : result.map((word, at) => word & (set[at] ?? 0));
    }
    return result;
  }

  #union(sets: readonly EventTypeSet[]): EventTypeSet {
    if (sets.includes(this.#all)) return this.#all;
    const result = this.#empty();
    for (const set of sets) {
      for (let at = 0; at < result.length; at++) result[at] = (result[at] ?? 0) | (set[at] ?? 0);
    }
    return result;
  }
}

function addType(set: EventTypeSet, type: number): void {
  set[type >>> 5] = (set[type >>> 5] ?? 0) | (1 << (type & 31));
}

function isEventType(operand: Operand): boolean {
  return (
    operand.kind === 'field' &&
    (operand.name === 'evt.type' || operand.name === 'syscall.type') &&
    operand.argument === undefined
  );
}

/**
 * The names that a check compares the type with, where these decide. `!= oneof` and `!= anyof` do
 * not: with two names every type differs from one of them.
 */
function namesIn({ operator, modifier, right }: CompareExpr): string[] | undefined {
  if (operator !== '=' && operator !== '!=' && operator !== 'in') return undefined;
  if (operator === '!=' && modifier !== undefined && modifier !== 'allof') return undefined;
  switch (right.kind) {
    case 'literal':
      return [right.text];
    case 'values':
      return right.items.map((item) => item.text);
    case 'list-name':
      return [right.name];
    case 'reference':
      return undefined;
  }
}

/**
 * Whether a type that is among the names may fail the check all the same: it is not equal to all of
 * them, and is equal to two where the same name stands twice.
 */
function isStricter({ operator, modifier }: CompareExpr): boolean {
  return operator === '=' && (modifier === 'allof' || modifier === 'oneof');
}

/**
 * Events are numbered from 1, so `evt.num = 0` is the idiom for "never", `evt.num > 0` for
 * "always": true or false when the check is constant.
 */
function constantOf({ left, operator, modifier, right }: CompareExpr): boolean | undefined {
  if (left.kind !== 'field' || left.name !== 'evt.num' || left.argument !== undefined) {
    return undefined;
  }
  if (modifier !== undefined) return undefined;
  if (operator === 'in') {
    const never = right.kind === 'values' && right.items.every((item) => numberOf(item.text) === 0);
    return never ? false : undefined;
  }
  const number = right.kind === 'literal' ? numberOf(right.text) : undefined;
  if (number === undefined) return undefined;
  if (number === 0 && (operator === '=' || operator === '<=')) return false;
  if (number <= 1 && operator === '<') return false;
  if (number === 0 && (operator === '!=' || operator === '>')) return true;
  if (number <= 1 && operator === '>=') return true;
  return undefined;
}

function numberOf(text: string): number | undefined {
  return /^\s*\+?[0-9]+$/.test(text) ? Number(text) : undefined;
}
