/** JSON pointers (RFC 6901): `/requestObject/spec/containers/0/image`. */

import type { ByteString } from '../base/host.ts';
import type { JsonNode } from './json-node.ts';

/** Keys of objects and numbers of elements, from the outside inwards. */
export type JsonPath = readonly ByteString[];

/**
 * The slash at the beginning may be left out, as Falco allows. No text is the document itself;
 * `~1` stands for a slash within a key and `~0` for a tilde.
 */
export function parsePointer(pointer: ByteString): JsonPath {
  if (pointer === '') return [];
  const keys = (pointer.startsWith('/') ? pointer.slice(1) : pointer).split('/');
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const elementNumber = /^(?:0|[1-9][0-9]{0,8})$/;

/** What one step leads to; undefined: nothing. */
export function stepInto(node: JsonNode, key: ByteString): JsonNode | undefined {
  if (node.kind === 'object') return node.member(key);
  if (node.kind !== 'array' || !elementNumber.test(key)) return undefined;
  return node.items[Number(key)];
}

export function resolvePath(root: JsonNode, path: JsonPath): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const key of path) {
    if (node === undefined) return undefined;
    node = stepInto(node, key);
  }
  return node;
}
