/**
 * Puts the items of lists in the place of their names. Falco does this on the text, before it
 * parses; here it is done on the tree, with the same result for what people write and without the
 * accidents (names inside quotes, items with commas or quotes). `substitute.ts` has the textual
 * way, for Falco's positions.
 */

import type { Span } from '../base/source.ts';
import type { CompareExpr, Expr, List, Literal, Right } from './ast.ts';
import { isBare, unescape } from './quoting.ts';
import { checksOf, mapLeaves } from './visitor.ts';

export type ListLookup = (name: string) => readonly string[] | undefined;

/**
 * Lists are looked up where a name can stand: as a value without quotes in `(...)`, alone after a
 * list operator or modifier, and as the whole value after another operator, there only when the
 * list has exactly one item: Falco finds a syntax error otherwise, here the name stays what it is.
 * Names that were found are added to `used`.
 *
 * An unknown name after a list operator stays a name; it then stands for the one value that it
 * spells, as in Falco.
 */
export function expandLists(expr: Expr, lookup: ListLookup, used?: Set<string>): Expr {
  const find: ListLookup = (name) => {
    const items = lookup(name);
    if (items !== undefined) used?.add(name);
    return items;
  };
  return mapLeaves(expr, (leaf) => (leaf.kind === 'compare' ? expandCompare(leaf, find) : leaf));
}

/**
 * How many values the names of lists stand for in a condition: told before they are put in place,
 * because a text that names a long list many times is short and its tree is not.
 */
export function countListItems(expr: Expr, lookup: ListLookup): number {
  let count = 0;
  for (const check of checksOf(expr)) {
    if (check.kind === 'exists') continue;
    const { right } = check;
    if (right.kind === 'list-name') count += lookup(right.name)?.length ?? 0;
    for (const literal of right.kind === 'values' ? right.items : []) {
      if (!literal.quoted) count += lookup(literal.text)?.length ?? 0;
    }
  }
  return count;
}

function expandCompare(compare: CompareExpr, find: ListLookup): CompareExpr {
  const right = expandRight(compare.right, find);
  return right === compare.right ? compare : { ...compare, right };
}

function expandRight(right: Right, find: ListLookup): Right {
  switch (right.kind) {
    case 'reference':
      return right;
    case 'literal':
      return expandLiteral(right, find);
    case 'values':
      return expandValues(right, find);
    case 'list-name': {
      const items = find(right.name);
      if (items === undefined) return right;
      return { kind: 'values', items: itemLiterals(items, right.span), span: right.span };
    }
  }
}

function expandLiteral(literal: Literal, find: ListLookup): Literal {
  const items = literal.quoted ? undefined : find(literal.text);
  if (items?.length !== 1) return literal;
  return itemLiterals(items, literal.span)[0] ?? literal;
}

function expandValues(list: List, find: ListLookup): List {
  let changed = false;
  const items = list.items.flatMap((literal) => {
    const found = literal.quoted ? undefined : find(literal.text);
    if (found === undefined) return [literal];
    changed = true;
    return itemLiterals(found, literal.span);
  });
  return changed ? { ...list, items } : list;
}

function itemLiterals(items: readonly string[], span: Span): Literal[] {
  return items.map((item) => itemLiteral(item, span));
}

/**
 * An item of a list as a value. An item that is quoted once more inside the YAML text, as
 * `'"my program"'`, is read like a quoted text of a condition; any other item stands for itself.
 */
function itemLiteral(item: string, span: Span): Literal {
  const quoted = /^"(?:[^"\\]|\\.)*"$|^'(?:[^'\\]|\\.)*'$/s.test(item) ? unescape(item) : undefined;
  if (typeof quoted === 'string') return { kind: 'literal', text: quoted, quoted: true, span };
  return { kind: 'literal', text: item, quoted: !isBare(item), span };
}
