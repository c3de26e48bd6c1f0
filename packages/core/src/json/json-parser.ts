/**
 * JSON (RFC 8259) to a `JsonNode`. The whole text is checked at once, and strictly: what
 * `JSON.parse` refuses is refused. Written by hand because `JSON.parse` loses what alerts must show
 * exactly: big numbers, `1.0`, the order of members. Input is foreign: it may be anything, and
 * nothing is thrown.
 */

import type { ByteString } from '../base/host.ts';
import { JsonNode } from './json-node.ts';
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from './json-scan.ts';

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
  return new JsonCheck(text).parse();
}

const SPACE = 0x20;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_E = 0x65;
/** Makes a letter small. */
const SMALL = 0x20;

const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const words: readonly string[] = ['true', 'false', 'null'];

class JsonCheck {
  readonly #text: ByteString;
  /** See JsonText. */
  readonly #places: number[] = [];
  #at = 0;
  #depth = 0;
  #hasBlanks = false;
  /** Of the last string. */
  #hasEscape = false;
  #problem: JsonProblem | undefined = undefined;

  constructor(text: ByteString) {
    this.#text = text;
  }

  parse(): ParsedJson {
    const isWhole = this.#value() && this.#at === this.#text.length;
    if (!isWhole) this.#fail('the end of the text');
    if (this.#problem !== undefined) return { problem: this.#problem };
    const document = { text: this.#text, hasBlanks: this.#hasBlanks, places: this.#places };
    return { root: new JsonNode(document, 0) };
  }

  #fail(wanted: string): false {
    const found = this.#at < this.#text.length ? shown(this.#text.charAt(this.#at)) : 'the end';
    this.#problem ??= { offset: this.#at, message: `expected ${wanted}, found ${found}` };
    return false;
  }

  /** The sign behind the blanks; NaN at the end of the text. */
  #next(): number {
    const text = this.#text;
    let at = this.#at;
    let code = text.charCodeAt(at);
    // Most often there is none: no comparison but the first one.
    while (code <= SPACE && (code === SPACE || code === 0x0a || code === 0x0d || code === 0x09)) {
      code = text.charCodeAt(++at);
    }
    if (at !== this.#at) {
      this.#at = at;
      this.#hasBlanks = true;
    }
    return code;
  }

  /** A value with the blanks around it. */
  #value(): boolean {
    const code = this.#next();
    const places = this.#places;
    const place = places.length;
    places.push(this.#at, 0, 0);
    if (!this.#bareValue(code)) return false;
    places[place + 1] = this.#at;
    places[place + 2] = places.length;
    this.#next();
    return true;
  }

  #bareValue(code: number): boolean {
    switch (code) {
      case QUOTE:
        return this.#string();
      case OPEN_BRACE:
      case OPEN_BRACKET:
        return this.#group(code);
      default:
        return code === MINUS || isDigit(code) ? this.#number() : this.#word();
    }
  }

  #group(open: number): boolean {
    if (this.#depth === JSON_DEPTH_MAX) {
      this.#problem = { offset: this.#at, message: `more than ${JSON_DEPTH_MAX} levels` };
      return false;
    }
    this.#depth++;
    this.#at++;
    const isWhole = open === OPEN_BRACE ? this.#members() : this.#elements();
    this.#depth--;
    return isWhole;
  }

  #members(): boolean {
    if (this.#next() === CLOSE_BRACE) return this.#pass();
    for (;;) {
      if (this.#next() !== QUOTE) return this.#fail('a string');
      const start = this.#at;
      if (!this.#string()) return false;
      this.#places.push(start, this.#hasEscape ? -this.#at : this.#at);
      if (this.#next() !== COLON) return this.#fail('":"');
      this.#at++;
      if (!this.#value()) return false;
      const code = this.#text.charCodeAt(this.#at);
      if (code === CLOSE_BRACE) return this.#pass();
      if (code !== COMMA) return this.#fail('"," or "}"');
      this.#at++;
    }
  }

  #elements(): boolean {
    if (this.#next() === CLOSE_BRACKET) return this.#pass();
    for (;;) {
      if (!this.#value()) return false;
      const code = this.#text.charCodeAt(this.#at);
      if (code === CLOSE_BRACKET) return this.#pass();
      if (code !== COMMA) return this.#fail('"," or "]"');
      this.#at++;
    }
  }

  #pass(): true {
    this.#at++;
    return true;
  }

  #string(): boolean {
    const text = this.#text;
    let at = this.#at + 1;
    this.#hasEscape = false;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        this.#hasEscape = true;
        escape.lastIndex = at;
        if (!escape.test(text)) return this.#failAt(at, 'an escape of JSON');
        at = escape.lastIndex;
      } else if (code >= SPACE) {
        at++;
      } else {
        return this.#failAt(at, 'the end of the string');
      }
    }
    this.#at = at + 1;
    return true;
  }

  #failAt(at: number, wanted: string): false {
    this.#at = at;
    return this.#fail(wanted);
  }

  #number(): boolean {
    const text = this.#text;
    let at = this.#at;
    if (text.charCodeAt(at) === MINUS) at++;
    if (!isDigit(text.charCodeAt(at))) return this.#failAt(at, 'a digit');
    at = text.charCodeAt(at) === ZERO ? at + 1 : this.#digits(at);
    if (text.charCodeAt(at) === POINT) {
      if (!isDigit(text.charCodeAt(at + 1))) return this.#failAt(at + 1, 'a digit');
      at = this.#digits(at + 1);
    }
    if ((text.charCodeAt(at) | SMALL) === LOWER_E) {
      const sign = text.charCodeAt(at + 1);
      const first = sign === PLUS || sign === MINUS ? at + 2 : at + 1;
      if (!isDigit(text.charCodeAt(first))) return this.#failAt(first, 'a digit');
      at = this.#digits(first);
    }
    this.#at = at;
    return true;
  }

  /** Behind them. */
  #digits(start: number): number {
    let at = start;
    while (isDigit(this.#text.charCodeAt(at))) at++;
    return at;
  }

  #word(): boolean {
    const word = words.find((each) => this.#text.startsWith(each, this.#at));
    if (word === undefined) return this.#fail('a value');
    this.#at += word.length;
    return true;
  }
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** For messages: what is no printable ASCII as its number. */
function shown(sign: string): string {
  const code = sign.charCodeAt(0);
  if (code > SPACE && code < 0x7f) return `"${sign}"`;
  return `the byte 0x${code.toString(16).padStart(2, '0')}`;
}
