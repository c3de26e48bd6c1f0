/**
 * `pmatch`: does some path of a list cover the value? Paths are compared component by component
 * ("/a" covers "/a/b" but not "/ab"); a component that contains `?`, `*` or `[` is a shell pattern
 * for one component.
 */

import type { ByteString } from '../base/host.ts';
import { compileGlob, type StringTest } from './glob.ts';

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
  return (value) => covers(root, components(value), 0);
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

function covers(node: Node, value: readonly ByteString[], depth: number): boolean {
  if (node.isEnd) return true;
  const component = value[depth];
  if (component === undefined) return false;
  const exact = node.exact.get(component);
  if (exact !== undefined && covers(exact, value, depth + 1)) return true;
  return node.patterns.some(
    (child) => child.test(component) && covers(child.node, value, depth + 1),
  );
}
