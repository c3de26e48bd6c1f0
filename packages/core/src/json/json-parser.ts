/**
 * JSON (RFC 8259) to a tree of `JsonNode`. One pass, strict: what `JSON.parse` refuses is refused.
 * Written by hand because `JSON.parse` loses what alerts must show exactly: big numbers, `1.0`, the
 * order of members. Input is foreign: it may be anything, and nothing is thrown.
 */

import type { ByteString } from '../base/host.ts';
import { type JsonKind, JsonNode } from './json-node.ts';
import { unescapeString } from './unescape.ts';

/** Levels of arrays and objects: as many as the JSON library of Falco's plugins takes. */
export const JSON_DEPTH_MAX = 300;

/** Why a text is no JSON. */
export interface JsonProblem {
  /** Bytes before the place where it goes wrong. */
  readonly offset: number;
  readonly message: string;
}

export type ParsedJson =
  | { readonly root: JsonNode; readonly problem?: undefined }
  | { readonly root?: undefined; readonly problem: JsonProblem };

export function parseJson(text: ByteString): ParsedJson {
  return new JsonParser(text).parse();
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BLANK = 0x20;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const words: readonly ('true' | 'false' | 'null')[] = ['true', 'false', 'null'];

class JsonParser {
  readonly #text: ByteString;
  #at = 0;
  #depth = 0;
  /** Whether blanks were passed over since this was last set to false. */
  #sawBlanks = false;
  #problem: JsonProblem | undefined = undefined;

  constructor(text: ByteString) {
    this.#text = text;
  }

  parse(): ParsedJson {
    this.#skipBlanks();
    const root = this.#value();
    if (root === undefined) return this.#failure();
    this.#skipBlanks();
    if (this.#at === this.#text.length) return { root };
    this.#fail('the end of the text');
    return this.#failure();
  }

  #failure(): ParsedJson {
    return { problem: this.#problem ?? { offset: this.#at, message: 'no JSON' } };
  }

  #fail(wanted: string): undefined {
    const found = this.#at < this.#text.length ? shown(this.#text.charAt(this.#at)) : 'the end';
    this.#problem ??= { offset: this.#at, message: `expected ${wanted}, found ${found}` };
    return undefined;
  }

  #skipBlanks(): void {
    const text = this.#text;
    let at = this.#at;
    for (;;) {
      const code = text.charCodeAt(at);
      // Most often there is none: no comparison but this one, which is false for NaN at the end.
      if (!(code <= BLANK) || !isBlank(code)) break;
      at++;
    }
    if (at === this.#at) return;
    this.#at = at;
    this.#sawBlanks = true;
  }

  #value(): JsonNode | undefined {
    switch (this.#text.charCodeAt(this.#at)) {
      case QUOTE: {
        const start = this.#at;
        return this.#skipString() ? this.#node('string', start) : undefined;
      }
      case OPEN_BRACE:
        return this.#group('object');
      case OPEN_BRACKET:
        return this.#group('array');
      default:
        return this.#number() ?? this.#word();
    }
  }

  #node(kind: JsonKind, start: number): JsonNode {
    return new JsonNode(kind, { source: this.#text, start, end: this.#at });
  }

  #number(): JsonNode | undefined {
    const start = this.#at;
    number.lastIndex = start;
    if (!number.test(this.#text)) return undefined;
    this.#at = number.lastIndex;
    return this.#node('number', start);
  }

  #word(): JsonNode | undefined {
    const start = this.#at;
    const word = words.find((each) => this.#text.startsWith(each, start));
    if (word === undefined) return this.#fail('a value');
    this.#at += word.length;
    return this.#node(word, start);
  }

  #group(kind: 'object' | 'array'): JsonNode | undefined {
    const start = this.#at;
    if (this.#depth === JSON_DEPTH_MAX) {
      const message = `more than ${JSON_DEPTH_MAX} levels`;
      this.#problem = { offset: start, message };
      return undefined;
    }
    const sawBlanks = this.#sawBlanks;
    this.#sawBlanks = false;
    this.#depth++;
    this.#at++;
    const keys: ByteString[] = [];
    const items: JsonNode[] = [];
    const isWhole = kind === 'object' ? this.#members(keys, items) : this.#elements(items);
    if (!isWhole) return undefined;
    this.#depth--;
    const hasBlanks = this.#sawBlanks;
    this.#sawBlanks ||= sawBlanks;
    const place = { source: this.#text, start, end: this.#at };
    return new JsonNode(kind, place, { keys, items, hasBlanks });
  }

  #members(keys: ByteString[], items: JsonNode[]): boolean {
    this.#skipBlanks();
    if (this.#take('}')) return true;
    do {
      this.#skipBlanks();
      const start = this.#at;
      if (!this.#skipString()) return false;
      keys.push(unescapeString(this.#text.slice(start + 1, this.#at - 1)));
      this.#skipBlanks();
      if (!this.#take(':')) {
        this.#fail('":"');
        return false;
      }
      if (!this.#item(items)) return false;
    } while (this.#take(','));
    return this.#take('}') || this.#fail('"," or "}"') !== undefined;
  }

  #elements(items: JsonNode[]): boolean {
    this.#skipBlanks();
    if (this.#take(']')) return true;
    do {
      if (!this.#item(items)) return false;
    } while (this.#take(','));
    return this.#take(']') || this.#fail('"," or "]"') !== undefined;
  }

  #item(items: JsonNode[]): boolean {
    this.#skipBlanks();
    const item = this.#value();
    if (item === undefined) return false;
    items.push(item);
    this.#skipBlanks();
    return true;
  }

  #take(sign: string): boolean {
    if (this.#text.charAt(this.#at) !== sign) return false;
    this.#at++;
    return true;
  }

  /** Moves behind the string. False, with the problem told, when there is none. */
  #skipString(): boolean {
    const text = this.#text;
    if (text.charCodeAt(this.#at) !== QUOTE) {
      this.#fail('a string');
      return false;
    }
    let at = this.#at + 1;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        escape.lastIndex = at;
        if (!escape.test(text)) return this.#failAt(at, 'an escape of JSON');
        at = escape.lastIndex;
      } else if (code >= BLANK) {
        at++;
      } else {
        return this.#failAt(at, 'the end of the string');
      }
    }
    this.#at = at + 1;
    return true;
  }

  #failAt(at: number, wanted: string): boolean {
    this.#at = at;
    this.#fail(wanted);
    return false;
  }
}

function isBlank(code: number): boolean {
  return code === BLANK || code === 0x0a || code === 0x0d || code === 0x09;
}

/** For messages: what is no printable ASCII as its number. */
function shown(sign: string): string {
  const code = sign.charCodeAt(0);
  if (code > BLANK && code < 0x7f) return `"${sign}"`;
  return `the byte 0x${code.toString(16).padStart(2, '0')}`;
}
