/**
 * Where a field's value lies in an audit event: a JSON pointer in which `*` stands for every
 * element of an array.
 */

import type { ByteString } from '../base/host.ts';
import type { JsonNode } from '../json/json-node.ts';
import { type JsonPath, parsePointer, resolvePath, stepInto } from '../json/json-pointer.ts';

export interface AuditPath {
  /** Keys up to the array whose elements are meant; the whole path where there is no `*`. */
  readonly head: JsonPath;
  /** Keys within each element; undefined: the path has no `*`. */
  readonly tail: JsonPath | undefined;
}

export function parseAuditPath(pointer: ByteString): AuditPath {
  const keys = parsePointer(pointer);
  const star = keys.indexOf('*');
  if (star < 0) return { head: keys, tail: undefined };
  return { head: keys.slice(0, star), tail: keys.slice(star + 1) };
}

/** What Kubernetes writes for what is not set is the same as nothing. */
export function isGiven(node: JsonNode | undefined): node is JsonNode {
  return node !== undefined && node.kind !== 'null';
}

/**
 * What lies at the path in each element; undefined entries are elements that have nothing there.
 * Undefined altogether: there is no such array. `index`: only that element, if there is one.
 */
export function eachAt(
  root: JsonNode,
  { head, tail = [] }: AuditPath,
  index: number | undefined,
): readonly (JsonNode | undefined)[] | undefined {
  const array = resolvePath(root, head);
  if (array?.kind !== 'array') return undefined;
  if (index === undefined) return array.items.map((item) => resolvePath(item, tail));
  const chosen = stepInto(array, String(index));
  return chosen === undefined ? undefined : [resolvePath(chosen, tail)];
}
