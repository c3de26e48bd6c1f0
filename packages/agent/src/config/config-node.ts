/**
 * A configuration as a tree of texts that know where they were written: files, included files and
 * `-o` options are merged into one tree, and still every complaint can name the place that caused
 * it. What a text means (a number, a boolean) is decided where it is read.
 */

import type { Source, Span } from '@saker/core/base/source.ts';

export interface Place {
  readonly source: Source;
  readonly span: Span;
}

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly text: string;
  /**
   * What stands in the file, where that refers to a variable or a file: it is shown in place of
   * `text`, which may be a secret.
   */
  readonly written?: string;
  readonly place: Place;
}

/** `key:` without a value, or `~`. */
export interface NullNode {
  readonly kind: 'null';
  readonly place: Place;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: ConfigNode[];
  readonly place: Place;
}

export interface MapEntry {
  readonly keyPlace: Place;
  value: ConfigNode;
}

export interface MapNode {
  readonly kind: 'map';
  /** In the order of the file. */
  readonly entries: Map<string, MapEntry>;
  readonly place: Place;
}

export type ConfigNode = ScalarNode | NullNode | ListNode | MapNode;

export function emptyMap(place: Place): MapNode {
  return { kind: 'map', entries: new Map(), place };
}

/** A plain value as a tree: for defaults that a path on the command line goes into. */
export function nodeOf(value: unknown, place: Place): ConfigNode {
  if (value === null || value === undefined) return { kind: 'null', place };
  if (Array.isArray(value)) {
    return { kind: 'list', items: value.map((item) => nodeOf(item, place)), place };
  }
  if (typeof value === 'object') {
    const map = emptyMap(place);
    for (const [key, item] of Object.entries(value)) {
      map.entries.set(key, { keyPlace: place, value: nodeOf(item, place) });
    }
    return map;
  }
  return { kind: 'scalar', text: typeof value === 'string' ? value : JSON.stringify(value), place };
}

/** The tree without its places, scalars as they are used: for tests and the like. */
export function plainOf(node: ConfigNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.text;
    case 'null':
      return null;
    case 'list':
      return node.items.map(plainOf);
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plainOf(value)]));
  }
}

/** A scalar as it may be shown to people. */
export function shownText({ text, written }: ScalarNode): string {
  return written ?? text;
}

/** What a node is, for messages: `the text "x"`, `a list`. */
export function describeNode(node: ConfigNode): string {
  switch (node.kind) {
    case 'scalar':
      return JSON.stringify(shownText(node));
    case 'null':
      return 'nothing';
    case 'list':
      return `a list of ${node.items.length}`;
    case 'map':
      return 'a map';
  }
}

/** The node at a path of map keys, or undefined. */
export function nodeAt(root: ConfigNode, keys: readonly string[]): ConfigNode | undefined {
  let node: ConfigNode | undefined = root;
  for (const key of keys) node = node?.kind === 'map' ? node.entries.get(key)?.value : undefined;
  return node;
}
