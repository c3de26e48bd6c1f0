/**
 * A condition over several lines: clauses under one another, parentheses around what belongs
 * together, lists of values filled up to the width. Read again it gives the same tree.
 */

import type { CompareExpr, Expr } from '@saker/core/lang/ast.ts';
import { print } from '@saker/core/lang/printer.ts';
import { plainStyle, type Style } from '../terminal/style.ts';
import { visible } from '../terminal/visible-text.ts';

export interface ConditionLook {
  readonly style?: Style;
  /** Columns that a line may have, where it can be broken. */
  readonly width?: number;
}

const INDENT = '  ';
const WIDTH_DEFAULT = 96;

/** Lines without ends. */
export function layoutCondition(expr: Expr, look: ConditionLook = {}): string[] {
  const { style = plainStyle, width = WIDTH_DEFAULT } = look;
  return new Layout(style).lines(expr, width);
}

class Layout {
  readonly #style: Style;

  constructor(style: Style) {
    this.#style = style;
  }

  lines(expr: Expr, width: number): string[] {
    if (expr.kind === 'and' || expr.kind === 'or') return this.#chain(expr, width);
    if (expr.kind === 'not') return this.#not(expr.item, width);
    if (expr.kind === 'macro') return [this.#style.cyan(expr.name)];
    return expr.kind === 'compare' ? this.#compare(expr, width) : [visible(print(expr))];
  }

  /** One line if it fits and does not mix `and` and `or`. */
  #chain(expr: Extract<Expr, { items: readonly Expr[] }>, width: number): string[] {
    const word = this.#word(expr.kind);
    const isPair = expr.items.length <= 2;
    const columns = isPair ? width : Math.min(width, MANY_COLUMNS_MAX);
    if (!expr.items.some(isChain) && print(expr).length <= columns) {
      const parts = expr.items.map((item) => this.lines(item, width).join(' '));
      return [parts.join(` ${word} `)];
    }
    return expr.items.flatMap((item, at) => {
      const lines = isChain(item) ? this.#inParentheses(item, width) : this.lines(item, width);
      return at === 0 ? lines : prefixed(`${word} `, lines);
    });
  }

  #not(item: Expr, width: number): string[] {
    const inner =
      isChain(item) || item.kind === 'not'
        ? this.#inParentheses(item, width)
        : this.lines(item, width);
    return prefixed(`${this.#word('not')} `, inner);
  }

  #inParentheses(expr: Expr, width: number): string[] {
    const lines = this.lines(expr, width - INDENT.length);
    const [only, ...more] = lines;
    if (only !== undefined && more.length === 0) return [`(${only})`];
    return ['(', ...lines.map((line) => INDENT + line), ')'];
  }

  #compare(expr: CompareExpr, width: number): string[] {
    const text = visible(print(expr));
    if (text.length <= width || expr.right.kind !== 'values') return [text];
    const items = expr.right.items.map((item) => visible(print(item)));
    const head = visible(print({ ...expr, right: { ...expr.right, items: [] } }));
    const values = fill(items, width - INDENT.length);
    return [head.slice(0, -1), ...values.map((line) => INDENT + line), ')'];
  }

  #word(word: string): string {
    return this.#style.dim(word);
  }
}

/** Three clauses and more are read more easily under one another, unless they are short. */
const MANY_COLUMNS_MAX = 60;

function isChain(expr: Expr): boolean {
  return expr.kind === 'and' || expr.kind === 'or';
}

function prefixed(prefix: string, [first = '', ...rest]: readonly string[]): string[] {
  return [prefix + first, ...rest];
}

/** Values separated by commas, broken only between values. */
export function fill(items: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const [at, item] of items.entries()) {
    const word = at === items.length - 1 ? item : `${item},`;
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line += line === '' ? word : ` ${word}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}
