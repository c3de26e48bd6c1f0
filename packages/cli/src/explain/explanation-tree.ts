/**
 * An explained condition as a tree: a mark for true or false, the term as written, the values that
 * it saw. What was not reached is dim; what decided is bold and pointed at.
 */

import type { Style } from '../terminal/style.ts';
import type { Screen } from '../terminal/terminal.ts';
import { textWidth } from '../terminal/text-width.ts';
import { formatTree, type TreeNode, treeIndent } from '../terminal/tree.ts';
import { visible } from '../terminal/visible-text.ts';
import { seenText, termText } from './answer.ts';
import type { ExplainedTerm } from './explained-term.ts';

const POINTER = '◀';

/** Ends with a newline. */
export function explanationTree(term: ExplainedTerm, screen: Screen): string {
  const drawer = new Drawer(screen);
  return `${formatTree(drawer.node(term, 0, false)).join('\n')}\n`;
}

class Drawer {
  readonly #style: Style;
  readonly #columns: number;

  constructor({ style, columns }: Screen) {
    this.#style = style;
    this.#columns = columns ?? Number.POSITIVE_INFINITY;
  }

  /** `below`: under a node that was not reached, which is said there once. */
  node(term: ExplainedTerm, depth: number, below: boolean): TreeNode {
    const { label, leaf, children } = unfold(term);
    const { dim, bold, green, red, yellow } = this.#style;
    const mark = term.result ? '✓' : '✗';
    const values = leaf.values.map(seenText).join(', ');
    const isPointedAt = leaf.decides && leaf.kind === 'term';
    if (term.skipped) {
      const note = below ? '' : '  (not reached)';
      const lines = this.#lines(dim(`${mark} ${label}${note}`), dim(values), depth);
      return this.#withChildren(lines, children, depth, true);
    }
    const head = `${term.result ? green(mark) : red(mark)} ${isPointedAt ? bold(label) : label}`;
    const pointed = isPointedAt ? `${head} ${yellow(POINTER)}` : head;
    return this.#withChildren(this.#lines(pointed, dim(values), depth), children, depth, false);
  }

  #withChildren(
    lines: readonly string[],
    children: readonly ExplainedTerm[],
    depth: number,
    below: boolean,
  ): TreeNode {
    return { lines, children: children.map((child) => this.node(child, depth + 1, below)) };
  }

  /** Values beside the term if there is room, else under it. */
  #lines(head: string, values: string, depth: number): string[] {
    if (values === '') return [head];
    const width = treeIndent(depth) + textWidth(head) + 2 + textWidth(values);
    return width <= this.#columns ? [`${head}  ${values}`] : [head, `  ${values}`];
  }
}

interface Unfolded {
  readonly label: string;
  /** The innermost node that the line stands for. */
  readonly leaf: ExplainedTerm;
  readonly children: readonly ExplainedTerm[];
}

/** `not`, the name of a macro and what the macro is take one line together. */
function unfold(term: ExplainedTerm): Unfolded {
  const words: string[] = [];
  let leaf = term;
  for (;;) {
    if (leaf.exception !== undefined) words.push(`exception ${visible(leaf.exception)}:`);
    const [inner] = leaf.items;
    if (inner === undefined || (leaf.kind !== 'not' && leaf.kind !== 'macro')) break;
    words.push(leaf.kind === 'not' ? 'not' : `${visible(leaf.written)}:`);
    leaf = inner;
  }
  if (leaf.kind === 'term') words.push(termText(leaf));
  else words.push(leaf.kind === 'and' ? 'all of' : 'any of');
  return { label: words.join(' '), leaf, children: leaf.items };
}
