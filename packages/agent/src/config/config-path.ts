/**
 * Paths of `-o` options, as Falco writes them: `base.list[1].key`, `append_output[]` (one more
 * element), and a backslash before a dot, bracket or backslash that belongs to a key.
 */

import type { Diagnostic } from '@saker/core/base/diagnostic.ts';
import {
  type ConfigNode,
  describeNode,
  emptyMap,
  type MapNode,
  type Place,
} from './config-node.ts';
import { configProblem } from './config-text.ts';

export type PathStep =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'append' };

/** The steps of a path, or what is wrong with it and at which offset. */
export function parsePath(
  text: string,
): PathStep[] | { readonly at: number; readonly problem: string } {
  const steps: PathStep[] = [];
  let at = 0;
  while (at <= text.length) {
    const key = scanKey(text, at);
    if ('problem' in key) return key;
    steps.push({ kind: 'key', key: key.key });
    at = key.end;
    while (text[at] === '[') {
      const close = text.indexOf(']', at);
      const inside = text.slice(at + 1, close < 0 ? text.length : close);
      if (close < 0) return { at, problem: 'the bracket "[" is not closed' };
      if (!/^\d{0,9}$/.test(inside)) {
        return { at: at + 1, problem: `expected a number between the brackets, found "${inside}"` };
      }
      steps.push(inside === '' ? { kind: 'append' } : { kind: 'index', index: Number(inside) });
      at = close + 1;
    }
    if (at === text.length) return steps;
    if (text[at] !== '.') return { at, problem: 'expected "." after "]"' };
    at++;
  }
  return { at: text.length, problem: 'expected a key after "."' };
}

type Key = { readonly key: string; readonly end: number };

function scanKey(
  text: string,
  from: number,
): Key | { readonly at: number; readonly problem: string } {
  let key = '';
  let at = from;
  for (; at < text.length && text[at] !== '.' && text[at] !== '['; at++) {
    if (text[at] !== '\\') {
      key += text[at];
      continue;
    }
    const escaped = text[at + 1];
    if (escaped === undefined || !'.[]\\'.includes(escaped)) {
      const problem = 'a backslash stands before ".", "[", "]" or "\\" only';
      return { at, problem };
    }
    key += escaped;
    at++;
  }
  return key === '' ? { at, problem: 'expected a key' } : { key, end: at };
}

/** A place in the tree that can be given a value. */
interface Slot {
  get(): ConfigNode | undefined;
  set(node: ConfigNode): void;
}

/**
 * Puts `value` where `path` leads, making what is absent on the way. `fallback` gives the tree that
 * an absent top-level key stands for, so that `append_output[]` adds to the default list.
 */
export function setAtPath(
  root: MapNode,
  path: readonly PathStep[],
  value: ConfigNode,
  fallback: (key: string) => ConfigNode | undefined,
): Diagnostic | undefined {
  let slot: Slot = { get: () => root, set: () => undefined };
  for (const [position, step] of path.entries()) {
    const place = value.place;
    const next: Slot | string =
      step.kind === 'key' ? keySlot(slot, step.key, place) : listSlot(slot, step, place);
    if (typeof next === 'string') return configProblem('CONFIG_ERR_PATH', place, next);
    if (position === 0 && step.kind === 'key' && path.length > 1 && next.get() === undefined) {
      const node = fallback(step.key);
      if (node !== undefined) next.set(node);
    }
    slot = next;
  }
  slot.set(value);
  return undefined;
}

/** A scalar or nothing on the way is replaced by what the path needs, as Falco does. */
function keySlot(parent: Slot, key: string, place: Place): Slot | string {
  let map = parent.get();
  if (map?.kind === 'list') return `"${key}" is looked for in ${describeNode(map)}: give an index`;
  if (map?.kind !== 'map') {
    map = emptyMap(place);
    parent.set(map);
  }
  const { entries } = map;
  return {
    get: () => entries.get(key)?.value,
    set: (value) => entries.set(key, { keyPlace: place, value }),
  };
}

function listSlot(
  parent: Slot,
  step: { readonly kind: 'append' } | { readonly kind: 'index'; readonly index: number },
  place: Place,
): Slot | string {
  let list = parent.get();
  if (list?.kind === 'map') return 'brackets are for lists, and this is a map';
  if (list?.kind !== 'list') {
    list = { kind: 'list', items: [], place };
    parent.set(list);
  }
  const { items } = list;
  const index = step.kind === 'append' ? items.length : step.index;
  if (index > items.length) {
    return `index ${index} is beyond the list, which has ${items.length} elements`;
  }
  return {
    get: () => items[index],
    set: (value) => {
      items[index] = value;
    },
  };
}
