/** The tokens of a YAML text. */

import type { YamlScalar } from './yaml-node.ts';

export type TokenKind =
  | 'directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-map-start'
  | 'block-sequence-end'
  | 'block-map-end'
  | 'block-entry'
  | 'flow-sequence-start'
  | 'flow-map-start'
  | 'flow-sequence-end'
  | 'flow-map-end'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'anchor'
  | 'alias'
  | 'tag'
  | 'scalar';

/**
 * A simple key (`key: value`) shows only behind it that it is one. Until then its tokens are
 * unverified: the parser does not get past them. Then they become valid, or void, and void ones
 * count as absent.
 */
export type TokenState = 'valid' | 'unverified' | 'void';

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  state: TokenState;
  /** Name of an anchor or alias, text of a tag or of a directive's line. */
  readonly name: string;
  readonly scalar: YamlScalar | undefined;
}
