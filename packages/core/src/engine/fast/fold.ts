/**
 * A condition for one event type: macros inlined, and everything that the type alone decides folded
 * away. A rule that cannot match on the type becomes the constant false.
 */

import { assert } from '../../base/assert.ts';
import type { Known } from '../../fields/field.ts';
import type { CompareExpr, ExistsExpr, Expr } from '../../lang/ast.ts';
import { type Comparison, compileComparison } from '../comparison.ts';
import type { CompiledOperand, FieldBinder } from '../operand.ts';
import type { MacroConditions } from '../plain.ts';
import type { Node, NodeTable } from './node.ts';

/**
 * Makes nodes of conditions for any event type. Comparisons are compiled once for all types, and
 * what no field says anything of by the type alone, which is most of every condition, is folded
 * once for all of them.
 */
export class Folder {
  readonly #nodes: NodeTable;
  readonly #fields: FieldBinder;
  readonly #macros: MacroConditions;
  readonly #comparisons = new Map<CompareExpr | ExistsExpr, Comparison>();
  /** Of expressions that are the same for all event types. */
  readonly #settled = new Map<Expr, Node>();
  #eventType = -1;
  /** Of macros that are not, for this event type. */
  #macroNodes = new Map<string, Node>();
  /** The type was asked for since this was last set to false. */
  #dependsOnType = false;

  constructor(nodes: NodeTable, fields: FieldBinder, macros: MacroConditions) {
    this.#nodes = nodes;
    this.#fields = fields;
    this.#macros = macros;
  }

  fold(expr: Expr, eventType: number): Node {
    if (eventType !== this.#eventType) {
      this.#eventType = eventType;
      this.#macroNodes = new Map();
    }
    return this.#fold(expr);
  }

  #fold(expr: Expr): Node {
    const settled = this.#settled.get(expr);
    if (settled !== undefined) return settled;
    const dependedBefore = this.#dependsOnType;
    this.#dependsOnType = false;
    const node = this.#foldAnew(expr);
    if (!this.#dependsOnType) this.#settled.set(expr, node);
    this.#dependsOnType ||= dependedBefore;
    return node;
  }

  #foldAnew(expr: Expr): Node {
    switch (expr.kind) {
      case 'and':
      case 'or':
        return this.#foldGroup(expr.kind, expr.items);
      case 'not':
        return this.#nodes.not(this.#fold(expr.item));
      case 'macro':
        return this.#foldMacro(expr.name);
      case 'exists':
      case 'compare':
        return this.#foldComparison(expr);
    }
  }

  /**
   * Stops at the first item that decides: most rules end at their evt.type, before anything else is
   * looked at.
   */
  #foldGroup(kind: 'and' | 'or', items: readonly Expr[]): Node {
    const decides = this.#nodes.constant(kind === 'or');
    const nodes: Node[] = [];
    for (const item of items) {
      const node = this.#fold(item);
      if (node === decides) return node;
      nodes.push(node);
    }
    return this.#nodes.group(kind, nodes);
  }

  #foldMacro(name: string): Node {
    const known = this.#macroNodes.get(name);
    if (known !== undefined) {
      this.#dependsOnType = true;
      return known;
    }
    const expr = this.#macros(name);
    assert(expr !== undefined, `unresolved macro ${name}`);
    const node = this.#fold(expr);
    if (this.#dependsOnType) this.#macroNodes.set(name, node);
    return node;
  }

  #foldComparison(expr: CompareExpr | ExistsExpr): Node {
    let comparison = this.#comparisons.get(expr);
    if (comparison === undefined) {
      comparison = compileComparison(expr, this.#fields);
      this.#comparisons.set(expr, comparison);
    }
    const { left, constant } = comparison;
    if (left.quantifier !== undefined) return this.#nodes.leaf(comparison);
    const known = this.#knownOf(left);
    if (known === 'absent') return this.#nodes.false;
    if (known === undefined) {
      const decided = decidedByMinimum(comparison);
      return decided === undefined ? this.#nodes.leaf(comparison) : this.#nodes.constant(decided);
    }
    if (expr.kind === 'exists') return this.#nodes.true;
    if (constant === undefined) return this.#nodes.leaf(comparison);
    return this.#nodes.constant(constant.test(known.value));
  }

  /** What the event type alone says of the field; most fields say nothing of any type. */
  #knownOf({ field, argument }: CompiledOperand): Known | undefined {
    if (field?.known === undefined) return undefined;
    this.#dependsOnType = true;
    return field.known(this.#eventType, argument);
  }
}

/**
 * Falco's rules have placeholders for users to override, macros that are never or always true:
 * evt.num = 0 and evt.num >= 0. Undefined: the least value that the field can have says nothing.
 */
function decidedByMinimum({ left, expr, constant }: Comparison): boolean | undefined {
  const minimum = left.field?.minimum;
  const literal = constant?.items[0];
  if (minimum === undefined || typeof literal !== 'number' || expr.kind === 'exists') {
    return undefined;
  }
  switch (expr.operator) {
    case '=':
      return literal < minimum ? false : undefined;
    case '!=':
      return literal < minimum ? true : undefined;
    case '<':
      return literal <= minimum ? false : undefined;
    case '<=':
      return literal < minimum ? false : undefined;
    case '>':
      return literal < minimum ? true : undefined;
    case '>=':
      return literal <= minimum ? true : undefined;
    default:
      return undefined;
  }
}
