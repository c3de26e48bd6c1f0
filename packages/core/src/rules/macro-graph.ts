/**
 * Which macros refer to which. Conditions keep their references, so this is where it is made sure
 * that every reference leads somewhere, that none leads back, and that nothing nests so deep that
 * walking it would exhaust the stack.
 */

import type { Expr, MacroExpr } from '../lang/ast.ts';
import { walk } from '../lang/visitor.ts';

/** Macros inside macros; the public rules have seven levels. */
export const MACRO_NESTING_MAX = 100;
/** Levels of a tree with all macros in place. */
const DEPTH_MAX = 2000;

/** Trees do not change, and the same ones are asked about for every rule above them. */
const knownMacros = new WeakMap<Expr, readonly MacroExpr[]>();

/** References to macros, in the order of the text. */
export function macrosIn(expr: Expr): readonly MacroExpr[] {
  const known = knownMacros.get(expr);
  if (known !== undefined) return known;
  const macros: MacroExpr[] = [];
  walk(expr, (node) => {
    if (node.kind === 'macro') macros.push(node);
  });
  knownMacros.set(expr, macros);
  return macros;
}

export interface MacroProblem {
  /**
   * unknown: no such macro; later: defined behind the macro that refers to it; loop: it leads back
   * to itself; deep: too many levels; broken: it is itself in error, which is reported there.
   */
  readonly kind: 'unknown' | 'later' | 'loop' | 'deep' | 'broken';
  readonly reference: MacroExpr;
}

type Height = number | 'open' | Exclude<MacroProblem['kind'], 'unknown' | 'later'>;

export interface GraphMacro {
  readonly expr: Expr;
  /** Macros whose index is below this may be referred to. */
  readonly visibility: number;
  readonly index: number;
}

export class MacroGraph {
  /** All that exist; undefined for those that could not be parsed. */
  readonly #macros: ReadonlyMap<string, GraphMacro | undefined>;
  /** Levels of the macros that are in order, or what is wrong with them. */
  readonly #heights = new Map<string, Height>();
  #nesting = 0;

  constructor(macros: ReadonlyMap<string, GraphMacro | undefined>) {
    this.#macros = macros;
  }

  /** What is wrong with the references in a rule's condition. */
  problemsInRule(expr: Expr): MacroProblem[] {
    return this.#problems(expr, Number.POSITIVE_INFINITY);
  }

  /** What is wrong with the references in the condition of the macro `name`. */
  problemsInMacro(name: string, { expr, visibility }: GraphMacro): MacroProblem[] {
    this.#heights.set(name, 'open');
    const problems = this.#problems(expr, visibility);
    if (problems.length > 0) this.#heights.set(name, 'broken');
    else this.#heights.delete(name);
    return problems;
  }

  #problems(expr: Expr, visibility: number): MacroProblem[] {
    const problems: MacroProblem[] = [];
    const depth = treeHeight(expr);
    for (const reference of macrosIn(expr)) {
      const kind = this.#problem(reference.name, visibility, depth);
      if (kind !== undefined) problems.push({ kind, reference });
    }
    return problems;
  }

  #problem(name: string, visibility: number, depth: number): MacroProblem['kind'] | undefined {
    if (!this.#macros.has(name)) return 'unknown';
    const macro = this.#macros.get(name);
    if (macro === undefined) return 'broken';
    const height = this.#heightOf(name, macro);
    if (height === 'open') return 'loop';
    if (macro.index >= visibility) return 'later';
    if (typeof height === 'string') return height;
    return depth + height > DEPTH_MAX ? 'deep' : undefined;
  }

  #heightOf(name: string, macro: GraphMacro): Height {
    const known = this.#heights.get(name);
    if (known !== undefined) return known;
    if (this.#nesting >= MACRO_NESTING_MAX) return 'deep';
    this.#heights.set(name, 'open');
    this.#nesting++;
    const own = treeHeight(macro.expr);
    let height: Height = own;
    for (const reference of macrosIn(macro.expr)) {
      const inner = this.#macros.get(reference.name);
      const below = inner === undefined ? 'broken' : this.#heightOf(reference.name, inner);
      height = higher(height, below, own);
    }
    this.#nesting--;
    this.#heights.set(name, height);
    return height;
  }
}

function higher(height: Height, below: Height, own: number): Height {
  if (typeof height === 'string') return height;
  if (below === 'open') return 'loop';
  return typeof below === 'string' ? below : Math.max(height, own + below);
}

function treeHeight(expr: Expr): number {
  switch (expr.kind) {
    case 'and':
    case 'or':
      return 1 + expr.items.reduce((height, item) => Math.max(height, treeHeight(item)), 0);
    case 'not':
      return 1 + treeHeight(expr.item);
    default:
      return 1;
  }
}
