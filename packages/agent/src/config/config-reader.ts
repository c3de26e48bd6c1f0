/**
 * Typed values out of a configuration tree, with the defaults of the table of keys where nothing
 * usable is set.
 */

import { assert } from '@saker/core/base/assert.ts';
import { booleanOf } from '@saker/core/rules/yaml/yaml-node.ts';
import { choiceOf, numberFits, numberOf, numberRange } from './check-config.ts';
import { configKeys } from './config-keys.ts';
import {
  type ConfigNode,
  describeNode,
  type MapNode,
  nodeAt,
  nodeOf,
  type Place,
} from './config-node.ts';
import type { KeySpec, NumberSpec, SectionSpec } from './key-spec.ts';

export class ConfigReader {
  readonly root: MapNode;
  readonly #keys: SectionSpec;

  /** `keys` describes the tree; default: the keys of falco.yaml. */
  constructor(root: MapNode, keys: SectionSpec = configKeys) {
    this.root = root;
    this.#keys = keys;
  }

  boolean(path: string): boolean {
    const spec = this.#specAt(path);
    assert(spec.type === 'boolean' && spec.fallback !== undefined, `${path} is no switch`);
    return booleanOf(this.#scalar(path) ?? '') ?? spec.fallback;
  }

  /** The fallback where something else is written: `numberProblem` tells what. */
  number(path: string): number {
    const spec = this.#numberSpec(path);
    const value = numberOf(this.#scalar(path) ?? '');
    return value !== undefined && numberFits(value, spec) ? value : (spec.fallback ?? 0);
  }

  /** What is wrong with what is written in place of a number, or undefined. */
  numberProblem(path: string): string | undefined {
    const node = this.node(path);
    if (node === undefined || node.kind === 'null') return undefined;
    const spec = this.#numberSpec(path);
    const value = node.kind === 'scalar' ? numberOf(node.text) : undefined;
    if (value !== undefined && numberFits(value, spec)) return undefined;
    return `${path}: expected ${numberRange(spec)}, found ${describeNode(node)}`;
  }

  text(path: string): string {
    const spec = this.#specAt(path);
    assert(spec.type === 'string' && spec.fallback !== undefined, `${path} is no text`);
    return this.#scalar(path) ?? spec.fallback;
  }

  /** One of the choices of a key, or undefined when something else is written. */
  choice(path: string): string | undefined {
    const spec = this.#specAt(path);
    assert(spec.type === 'string' && spec.choices !== undefined, `${path} has no choices`);
    const written = this.#scalar(path);
    return written === undefined ? spec.fallback : choiceOf(written, spec);
  }

  /** The elements of a list; a single scalar is a list of one. undefined: the key is absent. */
  list(path: string): readonly ConfigNode[] | undefined {
    const node = this.node(path);
    if (node === undefined || node.kind === 'null') return undefined;
    return elementsOf(node);
  }

  node(path: string): ConfigNode | undefined {
    return nodeAt(this.root, path.split('.'));
  }

  #specAt(path: string): KeySpec {
    let spec: KeySpec = this.#keys;
    for (const key of path.split('.')) {
      const next: KeySpec | undefined = spec.type === 'section' ? spec.keys[key] : undefined;
      assert(next !== undefined, `${path} is no key of the configuration`);
      spec = next;
    }
    return spec;
  }

  #numberSpec(path: string): NumberSpec {
    const spec = this.#specAt(path);
    const isNumber = spec.type === 'integer' || spec.type === 'number';
    assert(isNumber && spec.fallback !== undefined, `${path} is no number`);
    return spec;
  }

  #scalar(path: string): string | undefined {
    const node = this.node(path);
    return node?.kind === 'scalar' ? node.text : undefined;
  }
}

export function elementsOf(node: ConfigNode): readonly ConfigNode[] {
  if (node.kind === 'list') return node.items;
  return node.kind === 'scalar' ? [node] : [];
}

export function textsOf(node: ConfigNode | undefined): string[] {
  if (node === undefined) return [];
  return elementsOf(node).flatMap((item) => (item.kind === 'scalar' ? [item.text] : []));
}

/** The text of a key of a map, or undefined where it has none. */
export function textAt(node: ConfigNode, ...path: readonly string[]): string | undefined {
  const found = nodeAt(node, path);
  return found?.kind === 'scalar' ? found.text : undefined;
}

/** The default of a top-level key that is a list, as a tree. */
export function fallbackList(key: string, place: Place): ConfigNode | undefined {
  const spec = configKeys.keys[key];
  return spec?.type === 'list' && spec.fallback !== undefined
    ? nodeOf(spec.fallback, place)
    : undefined;
}
