/**
 * One value of a JSON document: a place in its text. What it says is read when somebody asks; rules
 * ask for a few values of a document that has hundreds. Numbers, the order of members and the
 * spelling of strings come out as they went in.
 *
 * The text is a byte string (docs/decisions/0003-byte-strings.md): JSON's own signs are ASCII, and
 * what stands between quotes is passed on byte for byte.
 */

import type { ByteString } from '../base/host.ts';
import { compactJson, indentJson } from './json-layout.ts';
import { unescapeString } from './unescape.ts';

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'true' | 'false' | 'null';

/** A text that was checked, and where its values are. */
export interface JsonText {
  readonly text: ByteString;
  /** Whether there are blanks between its parts. */
  readonly hasBlanks: boolean;
  /**
   * Three numbers for each value, in the order of the text: where it begins, where it ends, and the
   * index here of what follows behind everything inside it. The value of a member has two in front
   * of it: where the key begins, and where it ends, negative when there are escapes in it.
   */
  readonly places: readonly number[];
}

const VALUE_PLACES = 3;
const KEY_PLACES = 2;

export class JsonNode {
  readonly kind: JsonKind;
  readonly document: JsonText;
  /** Index into the places. */
  readonly #place: number;

  constructor(document: JsonText, place: number) {
    this.document = document;
    this.#place = place;
    this.kind = kindAt(document.text, document.places[place] ?? 0);
  }

  /** Where the value stands in the text, quotes and brackets included. */
  get start(): number {
    return this.document.places[this.#place] ?? 0;
  }

  get end(): number {
    return this.document.places[this.#place + 1] ?? 0;
  }

  /** Of an object: its keys, unescaped, in their order. Keys may come twice. */
  get keys(): readonly ByteString[] {
    if (this.kind !== 'object') return [];
    const { text, places } = this.document;
    return Array.from(this.#inside(KEY_PLACES), (place) =>
      keyText(text, places[place - 2] ?? 0, places[place - 1] ?? 0),
    );
  }

  /** Of an object: the values of its keys. Of an array: its elements. */
  get items(): readonly JsonNode[] {
    if (this.kind === 'array') return [...this.elements()];
    if (this.kind !== 'object') return [];
    return Array.from(this.#inside(KEY_PLACES), (place) => new JsonNode(this.document, place));
  }

  /** Of an array, one after the other: for arrays of any length. */
  *elements(): Generator<JsonNode> {
    if (this.kind !== 'array') return;
    for (const place of this.#inside(0)) yield new JsonNode(this.document, place);
  }

  /** Of keys that come twice the first counts, as it does for Falco. */
  member(key: ByteString): JsonNode | undefined {
    if (this.kind !== 'object') return undefined;
    const { text, places } = this.document;
    const behind = places[this.#place + 2] ?? 0;
    // Written out: this is what events cost most of, and a generator would double it.
    let place = this.#place + VALUE_PLACES + KEY_PLACES;
    while (place < behind) {
      if (isKey(key, text, places[place - 2] ?? 0, places[place - 1] ?? 0)) {
        return new JsonNode(this.document, place);
      }
      place = (places[place + 2] ?? behind) + KEY_PLACES;
    }
    return undefined;
  }

  /** A string is what it says; anything else is its JSON text without blanks. */
  get text(): ByteString {
    if (this.kind !== 'string') return this.compactText;
    return unescapeString(this.document.text.slice(this.start + 1, this.end - 1));
  }

  get compactText(): ByteString {
    const { text, hasBlanks } = this.document;
    const written = text.slice(this.start, this.end);
    return hasBlanks ? compactJson(written) : written;
  }

  /** A line per member and element, each level indented by two blanks. */
  get indentedText(): ByteString {
    return indentJson(this.document.text.slice(this.start, this.end));
  }

  /** Places of the values inside, each with `before` places of its own in front. */
  *#inside(before: number): Generator<number> {
    const { places } = this.document;
    const behind = places[this.#place + 2] ?? 0;
    let place = this.#place + VALUE_PLACES + before;
    while (place < behind) {
      yield place;
      place = (places[place + 2] ?? behind) + before;
    }
  }
}

/** Most keys are written without escapes: they are compared where they stand. */
function isKey(key: ByteString, text: ByteString, start: number, end: number): boolean {
  if (end < 0) return keyText(text, start, end) === key;
  return end - start - 2 === key.length && text.startsWith(key, start + 1);
}

function keyText(text: ByteString, start: number, end: number): ByteString {
  return unescapeString(text.slice(start + 1, Math.abs(end) - 1));
}

function kindAt(text: ByteString, start: number): JsonKind {
  switch (text.charAt(start)) {
    case '{':
      return 'object';
    case '[':
      return 'array';
    case '"':
      return 'string';
    case 't':
      return 'true';
    case 'f':
      return 'false';
    case 'n':
      return 'null';
    default:
      return 'number';
  }
}
