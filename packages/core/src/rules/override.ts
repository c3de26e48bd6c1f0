/** The `override` key: what an item does to each key of the item that it changes. */

import type { ItemReader } from './item-reader.ts';
import { valueOf, type YamlNode } from './yaml/yaml-node.ts';

export interface Overrides {
  readonly append: ReadonlySet<string>;
  readonly replace: ReadonlySet<string>;
}

const NONE: Overrides = { append: new Set(), replace: new Set() };

/** Keys that may be appended to and keys that may be replaced. */
export interface Overridable {
  readonly append: readonly string[];
  readonly replace: readonly string[];
}

/** Empty without `override`; undefined when it is wrong. */
export function readOverrides(item: ItemReader, allowed: Overridable): Overrides | undefined {
  if (item.failed) return undefined;
  const node = valueOf(item.map, 'override');
  // What is neither a mapping nor a sequence has nothing in it, for Falco.
  if (node === undefined || node.kind === 'null' || node.kind === 'scalar') return NONE;
  if (node.kind === 'sequence') {
    return item.fail('Overrides must be a mapping', item.context.child('overrides', node));
  }
  const append = new Set<string>();
  const replace = new Set<string>();
  for (const entry of node.entries) {
    const key = textOrNull(entry.key);
    const operation = textOrNull(entry.value);
    if (key === undefined || operation === undefined) {
      const wrong = key === undefined ? entry.key : entry.value;
      return item.fail('bad conversion', item.context.child('overrides', wrong), {
        message: 'an override is written as "key: append" or "key: replace"',
      });
    }
    if (!checkOperation(item, allowed, { key, operation, entry })) return undefined;
    (operation === 'append' ? append : replace).add(key);
  }
  return { append, replace };
}

/** yaml-cpp gives "null" for an empty scalar that is asked for as text. */
function textOrNull(node: YamlNode): string | undefined {
  if (node.kind === 'null') return 'null';
  return node.kind === 'scalar' ? node.text : undefined;
}

interface OneOverride {
  readonly key: string;
  readonly operation: string;
  readonly entry: { readonly key: YamlNode; readonly value: YamlNode };
}

function checkOperation(
  item: ItemReader,
  allowed: Overridable,
  { key, operation, entry }: OneOverride,
): boolean {
  const context = item.context.child('overrides', item.map);
  const canAppend = allowed.append.includes(key);
  const canReplace = allowed.replace.includes(key);
  if (operation === 'append' && !canAppend) {
    const message = `Key '${key}' cannot be appended to, use 'replace' instead`;
    item.fail(message, context.child('overrides', entry.key, key), unknownKey(key, allowed));
  } else if (operation === 'replace' && !canReplace) {
    const message = `Key '${key}' cannot be replaced`;
    item.fail(message, context.child('overrides', entry.key, key), unknownKey(key, allowed));
  } else if (operation !== 'append' && operation !== 'replace') {
    const words = `${canAppend ? 'append ' : ''}${canReplace ? 'replace ' : ''}`;
    const message = `Invalid override operation for key '${key}': '${operation}'. Allowed values are: ${words}`;
    item.fail(message, context.child('value for', entry.value, key));
  }
  return !item.failed;
}

function unknownKey(key: string, { append, replace }: Overridable): { hint: string } | undefined {
  if (append.includes(key) || replace.includes(key)) return undefined;
  return { hint: `keys that can be overridden here: ${replace.join(', ')}` };
}
