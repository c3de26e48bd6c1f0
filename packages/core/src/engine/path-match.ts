/**
 * `pmatch`: does some path of a list cover the value? Paths are compared component by component
 * ("/a" covers "/a/b" but not "/ab"); a component that contains `?`, `*` or `[` is a shell pattern
 * for one component.
 */

import type { ByteString } from '../base/host.ts';
import { compileGlob, type StringTest } from './glob.ts';

const SLASH = 0x2f;

interface Node {
  readonly exact: Map<ByteString, Node>;
  readonly patterns: {
    readonly pattern: ByteString;
    readonly test: StringTest;
    readonly node: Node;
  }[];
  /** A path of the list ends here: everything below is covered. */
  isEnd: boolean;
}

function newNode(): Node {
  return { exact: new Map(), patterns: [], isEnd: false };
}

function components(path: ByteString): ByteString[] {
  return path.split('/').filter((component) => component !== '');
}

export function compilePathMatch(paths: readonly ByteString[]): StringTest {
  const root = newNode();
  for (const path of paths) {
    let node = root;
    for (const component of components(path)) node = childFor(node, component);
    node.isEnd = true;
  }
  return (value) => covers(root, value, 0);
}

function childFor(node: Node, component: ByteString): Node {
  if (/[?*[]/.test(component)) {
    const known = node.patterns.find((child) => child.pattern === component);
    if (known !== undefined) return known.node;
    const child = { pattern: component, test: compileGlob(component), node: newNode() };
    node.patterns.push(child);
    return child.node;
  }
  let child = node.exact.get(component);
  if (child === undefined) {
    child = newNode();
    node.exact.set(component, child);
  }
  return child;
}

/** Whether the node covers what follows in `value` at `from`, which most values soon leave. */
function covers(node: Node, value: ByteString, from: number): boolean {
  if (node.isEnd) return true;
  let start = from;
  while (value.charCodeAt(start) === SLASH) start++;
  if (start >= value.length) return false;
  const slash = value.indexOf('/', start);
  const end = slash < 0 ? value.length : slash;
  const component = value.slice(start, end);
  const exact = node.exact.get(component);
  if (exact !== undefined && covers(exact, value, end)) return true;
  for (const child of node.patterns) {
    if (child.test(component) && covers(child.node, value, end)) return true;
  }
  return false;
}
