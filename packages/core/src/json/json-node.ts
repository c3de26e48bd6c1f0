/**
 * One value of a JSON document. It keeps the place that it has in the text, so that numbers, the
 * order of members and the spelling of strings come out as they went in.
 *
 * The text is a byte string (docs/decisions/0003-byte-strings.md): JSON's own signs are ASCII, and
 * what stands between quotes is passed on byte for byte.
 */

import type { ByteString } from '../base/host.ts';
import { compactJson, indentJson } from './json-layout.ts';
import { unescapeString } from './unescape.ts';

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'true' | 'false' | 'null';

const NO_KEYS: readonly ByteString[] = [];
const NO_ITEMS: readonly JsonNode[] = [];

export class JsonNode {
  readonly kind: JsonKind;
  /** The whole document. */
  readonly source: ByteString;
  /** Where the value stands in it, quotes and brackets included. */
  readonly start: number;
  readonly end: number;
  /** Of an object: its keys, unescaped, in their order. Keys may come twice. */
  readonly keys: readonly ByteString[];
  /** Of an object: the values of its keys. Of an array: its elements. */
  readonly items: readonly JsonNode[];
  /** Whether there are blanks between its parts. */
  readonly #hasBlanks: boolean;

  constructor(
    kind: JsonKind,
    place: { readonly source: ByteString; readonly start: number; readonly end: number },
    parts?: {
      readonly keys: readonly ByteString[];
      readonly items: readonly JsonNode[];
      readonly hasBlanks: boolean;
    },
  ) {
    this.kind = kind;
    this.source = place.source;
    this.start = place.start;
    this.end = place.end;
    this.keys = parts?.keys ?? NO_KEYS;
    this.items = parts?.items ?? NO_ITEMS;
    this.#hasBlanks = parts?.hasBlanks ?? false;
  }

  /** Of keys that come twice the first counts, as it does for Falco. */
  member(key: ByteString): JsonNode | undefined {
    const at = this.keys.indexOf(key);
    return at < 0 ? undefined : this.items[at];
  }

  /** A string is what it says; anything else is its JSON text without blanks. */
  get text(): ByteString {
    if (this.kind !== 'string') return this.compactText;
    return unescapeString(this.source.slice(this.start + 1, this.end - 1));
  }

  get compactText(): ByteString {
    const written = this.source.slice(this.start, this.end);
    return this.#hasBlanks ? compactJson(written) : written;
  }

  /** A line per member and element, each level indented by two blanks. */
  get indentedText(): ByteString {
    return indentJson(this.source.slice(this.start, this.end));
  }
}
