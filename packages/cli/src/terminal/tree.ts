/** A tree drawn with lines. Text that is too long goes on under itself. */

export interface TreeNode {
  /** Lines of the node itself, painted. */
  readonly lines: readonly string[];
  readonly children: readonly TreeNode[];
}

/** One line each, without line ends. The root stands at the margin. */
export function formatTree(root: TreeNode): string[] {
  return [...root.lines, ...childLines(root)];
}

/** How many columns stand before the text of a node at this depth (the root: 0). */
export function treeIndent(depth: number): number {
  return depth * BRANCH.length;
}

const BRANCH = '├─ ';
const LAST = '└─ ';
const PAST = '│  ';
const NONE = '   ';

function childLines({ children }: TreeNode): string[] {
  return children.flatMap((child, at) => {
    const isLast = at === children.length - 1;
    const rest = isLast ? NONE : PAST;
    const [first = '', ...more] = child.lines;
    const hanging = child.children.length > 0 ? PAST : NONE;
    return [
      (isLast ? LAST : BRANCH) + first,
      ...more.map((line) => rest + hanging + line),
      ...childLines(child).map((line) => rest + line),
    ];
  });
}
